"""What an association wrote, held against what it was asked: every problem at once, and not a word changed.

Answers are plain JSON values under the fields' keys. Money is integer öre, dates are ISO, choices are options' keys.

    address           {street, postal_code, town, country?, care_of?, hide_publicly?}
    date_range        {starts_on, ends_on}
    person_list       [{name, role?, email?, phone?}]
    partner_list      [{name, sector}]
    budget_table      [{category, note?, amount_ore}]
    funding_table     [{funder, amount_ore, status}]; an empty list says "none"
    budget_comparison [{category, note?, budgeted_ore, spent_ore}]
    payout_account    {scheme: bankgiro | plusgiro | bank_account, number, clearing?, owner: organisation | person}
    textarea_or_media {text?, media?: [file id]}
    file              [file id]
    signature         {name, signed_on}
    scale_5           1–5
"""

from shared.form.check import check_form, facts_of, is_required, missing_attachments
from shared.form.place import is_blank

__all__ = ["check_form", "facts_of", "is_blank", "is_required", "missing_attachments"]
