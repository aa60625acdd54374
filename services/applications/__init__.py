"""Applications: programmes and their calls, associations, drafts, and what is sent in.

It answers for the register: a number for every application, without gaps, and a receipt the moment it is sent. What an
association writes before that is its own (H8): a draft has rows and a key of its own, no event, and no officer's eyes.

Hears from review: that more is asked for, who has a conflict of interest, that a decision is made, that a case is
closed. Hears from payouts: that a grant is closed. Tells: programmes, calls, associations, applications, completions
and withdrawals, by id, amount, date and salted digest. It never judges whether an application is good.
"""
