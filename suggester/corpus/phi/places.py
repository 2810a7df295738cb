"""Addresses and facilities: what is smaller than a state."""

from __future__ import annotations

from suggester.corpus.phi.forms import Form
from suggester.corpus.phi.known_words import any_unknown, words_of

_WORD = r"\p{Lu}[\p{Ll}'’.]+"
_STREETS = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Parkway|Pkwy|Place|Pl|Way|"
    r"Terrace|Ter|Circle|Cir|Highway|Hwy|Square|Sq|Trail|Turnpike|Alley|Route)\b"
)
_SURE = "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|ID|IL|IA|KS|KY|LA|MI|MN|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
_ALSO_WORDS = "HI|IN|ME|MD|MA|MS|OK|OR|PA"
_FACILITIES = (
    r"(?:Hospital|Medical Center|Medical Centre|Clinic|Health System|Healthcare|Health Center|Nursing Home|"
    r"Nursing Center|Nursing Facility|Rehabilitation (?:Center|Hospital)|Rehab|Hospice|Infirmary|Medical Group|"
    r"Urgent Care|Manor|Care Center|Cancer Center|Cancer Institute|Surgery Center|Dialysis Center|Health Plan|"
    r"Pharmacy|High School|Elementary School|University|Assisted Living|Retirement Community|Senior Living)"
)
_LARGE = frozenset(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho "
    "illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota "
    "mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah "
    "vermont virginia washington wisconsin wyoming dakota carolina hampshire jersey mexico america usa "
    "canada china india vietnam korea japan philippines cuba haiti jamaica brazil colombia guatemala "
    "honduras salvador peru ecuador germany france italy spain england ireland scotland poland russia "
    "ukraine greece turkey iran iraq syria egypt nigeria ethiopia somalia kenya ghana africa asia europe "
    "australia pakistan bangladesh nepal thailand cambodia laos puerto rico dominican republic".split()
)


def _smaller_than_a_state(text: str) -> bool:
    return any_unknown(text) and not all(word in _LARGE for word in words_of(text))


def _named(text: str) -> bool:
    words = words_of(text)
    return (bool(words) and words[0] in {"st", "saint", "mount", "mt"}) or any_unknown(text)


FORMS = (
    Form("address", "street and number", (
        rf"(?<![\d/.])\d{{1,6}}[A-Z]?[ \t]+(?:[NSEW]\.?[ \t]+|(?:North|South|East|West)[ \t]+)?"
        rf"(?:{_WORD}[ \t]+|\d{{1,3}}(?:st|nd|rd|th)[ \t]+){{1,3}}{_STREETS}(?![ \t]*[,.]?[ \t]*(?:Smith|Jones))"
    ), 0.8),
    Form("address", "post box", r"\b(?:P\.?[ ]?O\.?[ ]Box|PO Box|POB)[ \t]*#?\d+", 0.85),
    Form("address", "apartment", r"\b(?:Apt|Apartment|Unit|Suite|Ste|Room|Rm)\.?[ \t]*#[ \t]*\d+[A-Z]?\b", 0.5),
    Form("address", "state and ZIP code", (
        rf"\b{_WORD}(?:[ \t]+{_WORD}){{0,2}},?[ \t]+(?:{_SURE}|{_ALSO_WORDS})\.?[ \t]+\d{{5}}(?:-\d{{4}})?\b"
    ), 0.9),
    Form("address", "ZIP code", r"\b(?=\d)(?<=\b(?i:zip(?:[ -]?code)?|postal code)[ \t:]*)\d{5}(?:-\d{4})?\b", 0.85),
    Form("address", "town and state",
         rf"\b{_WORD}(?:[ \t]+{_WORD})?,[ \t]+(?:{_SURE})\b(?![ \t]*\d)", 0.5, any_unknown),
    Form("address", "town after a verb of living", (
        r"\b(?=\p{Lu})(?<=\b(?i:lives?(?: just)?|living|lived|resid(?:es?|ing)|resident|native|moved|born|relocated|grew up|from)"
        r"(?:[ \t]+(?:alone|here|now))?[ \t]+(?:in|to|of|at|near|outside|outside of)[ \t]+)"
        rf"{_WORD}(?:[ \t]+{_WORD}){{0,2}}(?![\w-])"
    ), 0.5, _smaller_than_a_state),
    Form("facility", "by its kind", (
        rf"\b(?:{_WORD}(?:[ \t]+(?:of|the|and|de)[ \t]+(?={_WORD}))?[ \t]+){{1,4}}{_FACILITIES}\b"
        r"(?![ \t]+(?:Course|Day|Stay|Discharge|Admission|Problem|Visit|Follow))"
    ), 0.6, lambda text: _named(text) and not _is_state_only(text)),
    Form("facility", "a hospital known by one word",
         rf"\b{_WORD}[ \t]+(?:General|Memorial|Methodist|Baptist|Presbyterian|Lutheran|Mercy)\b(?![ \t]+(?:Surgery|Medicine|Appearance|Exam|Information|Anesthesia|Comments))",
         0.5, any_unknown),
    Form("facility", "a saint's or a university's",
         rf"\b(?:St\.|Saint|Mount|Mt\.)[ \t]+{_WORD}(?:[ \t]+{_WORD}){{0,2}}[ \t]+(?:Hospital|Medical|Health|Clinic|ER|ED)\b", 0.7),
)  # fmt: skip


def _is_state_only(text: str) -> bool:
    return all(word in _LARGE for word in words_of(text) if word not in {"hospital", "clinic"})
