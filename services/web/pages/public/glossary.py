"""The words that a person meets in a case, each explained in plain words: a page of its own, linked from every foot."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from services.web.site.alphabet import place_of
from shared.words import Language, Text


class Explained(msgspec.Struct, frozen=True):
    """`key` is the word's place on the page, the same in both languages."""

    key: str
    word: str
    meaning: str


WORDS: Mapping[str, tuple[Text, Text]] = {
    "announcement": (
        Text("Anslagstavla", "Notice board"),
        Text(
            "Platsen på nätet där myndigheten visar att beslut är fattade. När beslutet visas där börjar tiden för att "
            "överklaga.",
            "The place on the web where the authority shows that decisions have been made. When the decision is shown "
            "there, the time to appeal begins.",
        ),
    ),
    "appeal": (
        Text("Överklaga", "Appeal"),
        Text(
            "Att be en domstol se om beslutet är rätt. I beslutet står hur ni gör, och senast vilken dag.",
            "To ask a court to see whether the decision is right. The decision says how, and by which day.",
        ),
    ),
    "application": (
        Text("Ansökan", "Application"),
        Text(
            "Det ni skriver och skickar in när ni söker pengar.", "What you write and send in when you ask for money."
        ),
    ),
    "approval": (
        Text("Bifall", "Approval"),
        Text("Ett ja. Ni får pengar: allt ni sökte, eller en del.", "A yes. You get money: all of it, or a part."),
    ),
    "call": (
        Text("Utlysning", "Call"),
        Text(
            "När fonden berättar att det går att söka pengar: till vad, hur mycket och senast när.",
            "When the fund tells that money can be applied for: for what, how much and by when.",
        ),
    ),
    "case": (
        Text("Ärende", "Case"),
        Text(
            "Allt som hör till er ansökan: det ni skrev, våra brev, beslutet och pengarna. Det har ett nummer.",
            "All that belongs to your application: what you wrote, our letters, the decision and the money. It has a "
            "number.",
        ),
    ),
    "collection": (
        Text("Inkasso", "Debt collection"),
        Text(
            "Ett företag ber om pengarna åt oss, när de inte har betalats i tid. Det kan kosta extra.",
            "A company asks for the money for us, when it was not paid in time. It may cost extra.",
        ),
    ),
    "completion": (
        Text("Komplettering", "Completion"),
        Text(
            "Något som saknas i ansökan och som vi ber er skicka in.",
            "Something that is missing in the application and that we ask you to send.",
        ),
    ),
    "conflict": (
        Text("Jäv", "Conflict of interest"),
        Text(
            "När den som ska bedöma eller besluta står för nära er, som en vän, en släkting eller en medlem. Då får "
            "någon annan göra det.",
            "When whoever is to assess or decide is too close to you, as a friend, a relative or a member. Then "
            "somebody else does it.",
        ),
    ),
    "dismissal": (
        Text("Avvisning", "Dismissal"),
        Text(
            "Vi kan inte pröva ansökan, till exempel för att den kom för sent.",
            "We cannot try the application, for example because it came too late.",
        ),
    ),
    "disposal": (
        Text("Gallring", "Disposal"),
        Text(
            "Att ta bort uppgifter för alltid, efter den tid som är bestämd.",
            "To remove information for ever, after the time that has been decided.",
        ),
    ),
    "draft": (
        Text("Utkast", "Draft"),
        Text(
            "En ansökan som ni har börjat på och inte skickat in. Ingen på fonden ser den.",
            "An application that you have begun and not sent in. Nobody at the fund sees it.",
        ),
    ),
    "grant": (
        Text("Bidrag", "Grant"),
        Text(
            "Pengar som ni får till något, med villkor. Ni betalar inte tillbaka det ni har använt rätt.",
            "Money that you get for something, on terms. What you have used rightly is not paid back.",
        ),
    ),
    "helper": (
        Text("Stödperson", "Helper"),
        Text(
            "Någon som ni bjuder in för att hjälpa till att skriva. Den personen kan inte skriva under.",
            "Somebody you invite to write with you. That person cannot sign.",
        ),
    ),
    "legal_force": (
        Text("Laga kraft", "Legal force"),
        Text(
            "Tiden för att överklaga är slut, och ingen har gjort det. Nu gäller beslutet för gott.",
            "The time to appeal is over, and nobody did. Now the decision holds for good.",
        ),
    ),
    "mandate": (
        Text("Fullmakt", "Power of attorney"),
        Text(
            "Ett papper där ni skriver att någon annan får göra något åt er.",
            "A paper where you write that somebody else may do something for you.",
        ),
    ),
    "minutes": (
        Text("Protokoll", "Minutes"),
        Text("Papperet där det står vad ett möte kom fram till.", "The paper that says what a meeting came to."),
    ),
    "officer": (
        Text("Handläggare", "Officer"),
        Text(
            "Den som tar hand om ert ärende på fonden. Ring gärna och fråga.",
            "Whoever takes care of your case at the fund. You are welcome to call and ask.",
        ),
    ),
    "organisation_number": (
        Text("Organisationsnummer", "Organisation number"),
        Text(
            "Föreningens nummer hos Skatteverket, tio siffror. Det är aldrig en persons nummer.",
            "The association's number at the Tax Agency, ten digits. It is never a person's number.",
        ),
    ),
    "panel": (
        Text("Panel", "Panel"),
        Text(
            "De som läser och bedömer det ni söker för. De flesta har egen erfarenhet.",
            "Those who read and assess what you apply for. Most have experience of their own.",
        ),
    ),
    "public_document": (
        Text("Allmän handling", "Public document"),
        Text(
            "Det som finns hos en myndighet. Andra kan be att få läsa det. Vissa delar kan vara hemliga.",
            "What an authority keeps. Others may ask to read it. Some parts may be secret.",
        ),
    ),
    "receipt": (
        Text("Kvitto", "Receipt"),
        Text(
            "Visar att ansökan har kommit in, när den kom och vilket nummer den fick.",
            "Shows that the application has come in, when it came and which number it got.",
        ),
    ),
    "recovery": (
        Text("Återkrav", "Recovery"),
        Text(
            "När ni ska betala tillbaka pengar. Först får ni säga vad ni tycker.",
            "When you are to pay money back. You can say what you think first.",
        ),
    ),
    "rejection": (
        Text("Avslag", "Rejection"),
        Text("Ett nej. Ni får inga pengar den här gången.", "A no. You get no money this time."),
    ),
    "report": (
        Text("Redovisning", "Report"),
        Text(
            "Det ni berättar efteråt: vad ni gjorde, och vad pengarna gick till.",
            "What you tell us afterwards: what you did, and what the money was spent on.",
        ),
    ),
    "requisition": (
        Text("Rekvisition", "Requisition"),
        Text(
            "Att begära pengar som ni redan har fått ja till. Någon som får skriva under gör det.",
            "To ask for money that you have already been granted. Somebody who may sign does it.",
        ),
    ),
    "signatory": (
        Text("Firmatecknare", "Signatory"),
        Text(
            "En person som får skriva under för föreningen. Ofta är det två som gör det ihop.",
            "A person who may sign for the association. Often two do so together.",
        ),
    ),
    "statement": (
        Text("Yttrande", "Statement"),
        Text("Det som panelen tycker om ett förslag.", "What the panel thinks of a proposal."),
    ),
    "statutes": (
        Text("Stadgar", "Statutes"),
        Text("Föreningens egna regler.", "The association's own rules."),
    ),
    "struck_off": (
        Text("Avskrivning", "Striking off"),
        Text(
            "Ärendet tar slut utan beslut om pengar, för att ansökan är återkallad.",
            "The case ends without a decision about money, because the application was withdrawn.",
        ),
    ),
    "terms": (
        Text("Villkor", "Terms"),
        Text("Det ni lovar när ni tar emot pengarna.", "What you promise when you accept the money."),
    ),
    "trial_of_legality": (
        Text("Laglighetsprövning", "Review of legality"),
        Text(
            "Domstolen ser om beslutet följer lagen. Den kan ta bort beslutet, men inte skriva ett nytt.",
            "The court sees whether the decision follows the law. It can take it away, but not write another.",
        ),
    ),
    "withdrawal": (
        Text("Återkalla", "Withdraw"),
        Text(
            "Att ta tillbaka ansökan. Det går fram till beslutet.",
            "To take the application back. That is possible until the decision.",
        ),
    ),
}
"""By key. A word that a page uses may lead here: `/words#legal_force`."""


def explained(language: Language) -> list[Explained]:
    """In the order of the reader's alphabet."""
    found = [Explained(key, word.into(language), meaning.into(language)) for key, (word, meaning) in WORDS.items()]
    return sorted(found, key=lambda one: place_of(one.word, language))
