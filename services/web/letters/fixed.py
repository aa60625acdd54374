"""What letters say by code: outcomes, opinions, when money is paid, why it came back, and by whom it was decided."""

from __future__ import annotations

from shared.words import Text

OUTCOMES = {
    "approved": Text("Ja", "Yes"),
    "partially_approved": Text("Ja till en del", "Yes to a part"),
    "rejected": Text("Nej", "No"),
    "dismissed": Text("Prövas inte", "Not tried"),
    "struck_off": Text("Avslutat utan beslut om pengar", "Closed without a decision on money"),
}
OPINIONS = {
    "heard": Text("Panelen har fått säga sin mening.", "The panel has been heard."),
    "approves": Text("Panelen håller med om förslaget.", "The panel agrees with the proposal."),
    "objects": Text("Panelen håller inte med om förslaget.", "The panel does not agree with the proposal."),
}
CAME = {"paper": Text("på papper", "on paper"), "oral": Text("muntligt", "by word of mouth")}
PAID_WHEN = {
    "decision_published": Text(
        "när ni har sagt ja till villkoren och bett om dem.", "when you have accepted and asked."
    ),
    "report_approved": Text("när vi har godkänt er redovisning.", "when we have approved your report."),
}
NOBODY_STOOD_ASIDE = Text("Ingen var jävig.", "Nobody had a conflict of interest.")
ONE_STOOD_ASIDE = Text(
    "En person var jävig. Den personen har inte varit med.",
    "One person had a conflict of interest and took no part.",
)
SEVERAL_STOOD_ASIDE = Text(
    "{count} personer var jäviga. De har inte varit med.",
    "{count} people had a conflict of interest and took no part.",
)
AT_A_MEETING = Text("{body} hos {authority}, på ett sammanträde", "{body} of {authority}, at a meeting")
BY_DELEGATION = Text("{person} på uppdrag av {body}, {delegation}", "{person} on behalf of {body}, {delegation}")
DELEGATE = Text("en delegat", "a delegate")
AT_SITE = Text("på {site}", "at {site}")
FAILED_FOR = {
    "AC01": Text("Banken säger att kontots nummer är fel.", "The bank says that the account's number is wrong."),
    "AC03": Text("Banken säger att kontot är fel.", "The bank says that the account is wrong."),
    "AC04": Text("Banken säger att kontot är stängt.", "The bank says that the account is closed."),
    "AC06": Text("Banken säger att kontot är spärrat.", "The bank says that the account is blocked."),
    "BE01": Text(
        "Banken säger att kontot står på ett annat namn.", "The bank says that the account is in another name."
    ),
}
"""Reasons that are about the association's account: the association can do something about them."""
BANK_IS_SILENT = Text("Banken säger inte varför.", "The bank does not say why.")
NOTHING = Text("inget", "nothing")
