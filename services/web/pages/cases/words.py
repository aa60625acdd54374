"""What the desk calls things: who moves, what a stage means for whoever looks, outcomes, opinions."""

from __future__ import annotations

from collections.abc import Mapping

from shared.identity import Role
from shared.words import Language, Text

WHO: Mapping[str, Text] = {
    Role.APPLICANT: Text("föreningen", "the association"),
    Role.SIGNATORY: Text("föreningens firmatecknare", "the association's signatory"),
    Role.HELPER: Text("stödpersonen", "the helper"),
    Role.COORDINATOR: Text("samordnaren", "the coordinator"),
    Role.OFFICER: Text("handläggaren", "the officer"),
    Role.PANEL: Text("panelen", "the panel"),
    Role.DECISION_MAKER: Text("den som beslutar", "the decision maker"),
    Role.SECRETARY: Text("nämndsekreteraren", "the board secretary"),
    Role.FINANCE: Text("ekonomen", "finance"),
    Role.ATTESTER: Text("attestanten", "the attester"),
    Role.AUDITOR: Text("revisorn", "the auditor"),
    Role.ARCHIVIST: Text("arkivarien", "the archivist"),
    Role.ADMINISTRATOR: Text("administratören", "the administrator"),
    Role.DATA_PROTECTION_OFFICER: Text("dataskyddsombudet", "the data protection officer"),
    Role.FUND: Text("fonden själv, på sin dag", "the fund itself, on its day"),
}

CONTENT_NOTES: Mapping[str, Text] = {
    "suicide": Text("Suicid eller självskada", "Suicide or self-harm"),
    "violence": Text("Våld eller övergrepp", "Violence or abuse"),
    "coercion": Text("Tvång i vården", "Coercion in care"),
    "addiction": Text("Beroende", "Addiction"),
    "death": Text("Död eller sorg", "Death or grief"),
}
"""What an application may tell of that can be hard to read: the panel is told before it reads."""

SIGNED_BY_HAND = Text("Det underskrivna pappret", "The signed paper")
SET_DOWN_FROM: Mapping[str, Text] = {
    "paper": Text("en ansökan på papper", "an application on paper"),
    "oral": Text("en muntlig ansökan", "an oral application"),
}
"""How what the fund wrote down for an association came."""

OUTCOMES: Mapping[str, Text] = {
    "approved": Text("Bifall", "Approval"),
    "partially_approved": Text("Delvis bifall", "Partial approval"),
    "rejected": Text("Avslag", "Rejection"),
    "dismissed": Text("Avvisning", "Dismissal"),
    "struck_off": Text("Avskrivning", "Struck off"),
}

OPINIONS: Mapping[str, Text] = {
    "approves": Text("Tillstyrker", "Approves"),
    "objects": Text("Avstyrker", "Objects"),
    "heard": Text("Har hörts", "Has been heard"),
}

STANDPOINTS: Mapping[str, Text] = {
    "agrees": Text("Betalar tillbaka", "Will pay it back"),
    "objects": Text("Håller inte med", "Does not agree"),
    "asks_for_instalments": Text("Vill betala i delar", "Wants to pay in parts"),
    "has_paid": Text("Har betalat", "Has paid"),
}
"""What an association says when money is asked back."""

NOW: Mapping[str, Text] = {
    "received": Text("Ärendet ska öppnas för kontroll.", "The case is to be opened for the check."),
    "checking": Text(
        "Handläggaren kontrollerar att allt finns med, och svarar på varje villkor.",
        "The officer checks that everything is there, and answers each condition.",
    ),
    "completion_requested": Text(
        "Föreningen ska lämna det som saknas.", "The association is to hand in what is missing."
    ),
    "eligible": Text("Villkoren är uppfyllda. Panelen kan börja.", "The conditions are met. The panel can begin."),
    "not_eligible": Text(
        "Alla villkor är inte uppfyllda. Handläggaren lägger fram ett förslag, eller låter panelen bedöma.",
        "Not all conditions are met. The officer makes a proposal, or lets the panel assess.",
    ),
    "assessing": Text("Panelen sätter poäng, var och en för sig.", "The panel scores, each on their own."),
    "assessed": Text(
        "Panelens poäng är klara. Nu behövs ett förslag.", "The panel's points are in. A proposal is next."
    ),
    "proposed": Text(
        "Förslaget ska beslutas när panelen har yttrat sig.",
        "The proposal is to be decided once the panel has given its statement.",
    ),
    "decided": Text(
        "Beslutet ska anslås. Då börjar tiden för överklagande.",
        "The decision is to be posted. Then the time to appeal begins.",
    ),
    "published": Text(
        "Tiden för överklagande löper. Ingen behöver göra något.",
        "The time to appeal is running. Nobody needs to do anything.",
    ),
    "final": Text("Ingen kan överklaga längre.", "Nobody can appeal any longer."),
    "struck_off": Text("Ansökan är återkallad.", "The application was withdrawn."),
    "closed": Text("Inget mer händer i ärendet.", "Nothing more happens in the case."),
    "disposed": Text("Innehållet är gallrat.", "The content has been disposed of."),
}

STOPPED = Text(
    "Ett villkor som måste vara uppfyllt är inte det. Handläggaren lägger fram ett förslag.",
    "A condition that has to be met is not. The officer makes a proposal.",
)
"""Not eligible, and nothing for the panel to assess."""

READY = Text("Förslaget kan beslutas.", "The proposal can be decided.")
"""A proposal about which nothing more has to be heard."""

SHORT: Mapping[str, Text] = {
    "received": Text("Ny", "New"),
    "checking": Text("Kontroll", "Check"),
    "completion_requested": Text("Komplettering", "Completion"),
    "eligible": Text("Klar för bedömning", "Ready to assess"),
    "not_eligible": Text("Uppfyller inte allt", "Not all met"),
    "assessing": Text("Bedöms", "In assessment"),
    "assessed": Text("Bedömd", "Assessed"),
    "proposed": Text("Förslag", "Proposed"),
    "decided": Text("Beslutad", "Decided"),
    "published": Text("Anslagen", "Posted"),
    "final": Text("Laga kraft", "Legal force"),
    "struck_off": Text("Avskriven", "Struck off"),
    "closed": Text("Avslutat", "Closed"),
    "disposed": Text("Gallrat", "Disposed of"),
}
"""What a stage is called among those who work with it; the association reads the services' own words."""

STAGES: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("Inkommen", "Received"), ("received",)),
    (Text("Kontroll", "Check"), ("checking", "completion_requested")),
    (Text("Bedömning", "Assessment"), ("eligible", "not_eligible", "assessing")),
    (Text("Förslag", "Proposal"), ("assessed", "proposed")),
    (Text("Beslut", "Decision"), ("decided",)),
    (Text("Anslag", "Notice"), ("published",)),
    (Text("Laga kraft", "Legal force"), ("final",)),
    (Text("Avslutat", "Closed"), ("closed", "struck_off", "disposed")),
)
"""The life of a case as a line with stops, each with the statuses that stand there."""


def standing(of_review: str, of_application: str | None) -> str:
    """What is said of a case, wherever it is said: a granted one is closed when its money is settled, which review does
    not hear of. That its decision has legal force is a fact beside that."""
    return "closed" if of_review == "final" and of_application == "closed" else of_review


def said(words: Mapping[str, Text], language: Language) -> dict[str, str]:
    return {str(key): text.into(language) for key, text in words.items()}
