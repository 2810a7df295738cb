"""Numbers and electronic addresses that belong to one person: records, telephones, devices, licences."""

from __future__ import annotations

from suggester.corpus.phi.forms import Form

_MARK = r"(?:[ \t]*(?:number|num|no\.?|nr\.?|id|#))*[ \t]*[:#=]?[ \t]*"
_RECORDS = (
    r"mrn|m\.r\.n\.|medical record|med(?:ical)? rec|mr ?#|record|chart|account|acct|encounter|visit|"
    r"csn|fin|har|accession|case|specimen|policy|member|subscriber|medicare|medicaid|mbi|hicn|"
    r"insurance|group|patient id|pt id|pid|npi|dea|claim|authorization|rx|prescription|beneficiary|health plan"
)
_STRONG = (
    r"mrn|m\.r\.n\.|medical record|mr ?#|csn|fin|har|acct|npi|dea|patient id|pt id|hicn|mbi|"
    r"(?:hosp(?:ital)?|unit|history|chart|record) (?:no\b\.?|number|#)"
)


def _has_digits(text: str, fewest: int = 3) -> bool:
    return sum(letter.isdigit() for letter in text) >= fewest


FORMS = (
    Form("telephone or fax", "with area code",
         r"(?<![\d.-])(?:\+?1[-. ]?)?(?:\(\d{3}\)[ -]?|\d{3}[-.])\d{3}[-.]\d{4}(?![\d-])", 0.75),
    Form("telephone or fax", "with area code, spaced",
         r"(?=[(\d])(?<=\b(?i:phone|tel|telephone|cell|mobile|fax|pager|call(?:ed)?|at)[ .:#]{1,4}(?:(?i:number|no)[ .:]*)?)"
         r"\(?\d{3}\)?[ ]\d{3}[ -]?\d{4}\b", 0.75),
    Form("telephone or fax", "after the word",
         r"\b(?=\d)(?<=\b(?i:phone|tel|telephone|cell|mobile|fax|pager|beeper|call)\b[ .:#]{0,4}"
         r"(?:(?i:number|no|is|at)[ .:#]*)?)\d{3}[-. ]\d{4}(?![\d/-])", 0.6),
    Form("telephone or fax", "pager or extension",
         r"\b(?=\d)(?<=\b(?i:pager|beeper|ext\.?|extension|phone|fax)[ :#]{1,3}(?:(?i:number|no|is)\.?[ :#]*)?)\d{4,7}\b(?![/-])", 0.6),
    Form("telephone or fax", "with a country code", r"(?<![\w+])\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?!\w)", 0.75,
         lambda text: _has_digits(text, 9)),
    Form("telephone or fax", "ten digits in a row after a word of calling",
         r"\b(?=\d{10}\b)(?<=\b(?i:phone|tel|telephone|cell|mobile|fax|pager|call|text|reach|contact|number)"
         r"(?:[ \t]+(?i:him|her|them|me|us|is|at|on|no|number)\.?){0,3}[ :#]+)\d{10}\b", 0.6),
    Form("telephone or fax", "short extension", r"(?<=[ (])[xX]\d{4,5}\b(?![-/])", 0.5),
    Form("web address", "with its scheme", r"(?i)\bhttps?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", 0.9),
    Form("web address", "without its scheme",
         r"(?<![@\w.-])[a-z0-9-]{2,}(?:\.[a-z0-9-]{2,})*\.(?:com|org|net|edu|gov|info|health|io)\b(?:/[\w./-]*)?", 0.6),
    Form("social security number", "labelled",
         r"\b(?=\d)(?<=(?i:\bssn|social security(?: number| no\.?| #)?|\bss ?#)[ :#]*)\d{3}[- ]?\d{2}[- ]?\d{4}\b", 0.9),
    Form("social security number", "with dashes", r"(?<![\d-])(?!000|666)\d{3}-\d{2}-\d{4}(?![\d-])", 0.8),
    Form("record number", "labelled", (
        rf"\b(?=[A-Z\d])(?<=\b(?i:{_STRONG}){_MARK})(?:[A-Z]{{1,4}}-?)?\d[\d-]{{3,}}\d?\b"
    ), 0.85, _has_digits),
    Form("record number", "labelled as a number", (
        rf"\b(?=[A-Z\d])(?<=\b(?i:{_RECORDS})[ \t]*(?:(?i:number|num|no\.|id)|#|:)[ \t]*[:#]?[ \t]*)(?:[A-Z]{{1,4}}-?)?\d[\dA-Z-]{{4,}}\b"
    ), 0.75, _has_digits),
    Form("device number", "serial number", (
        r"\b(?=[A-Z\d])(?<=\b(?i:serial(?: (?:number|no\.?|#)|:|#)|s/n|device (?:id|identifier|number)|udi|imei|mac address)[ \t:#]*)"
        r"[A-Z0-9][A-Z0-9:()-]{3,}\b"
    ), 0.75, _has_digits),
    Form("device number", "serial number of letters and digits",
         r"\b(?=[A-Z\d])(?<=\b(?i:serial|sn)[ \t]+)(?=[A-Z-]*\d)(?=\d*[A-Z])[A-Z0-9-]{6,}\b", 0.7, _has_digits),
    Form("licence number", "driver or vehicle", (
        r"\b(?=[A-Z\d])(?<=\b(?i:driver['’]?s?['’]? licen[sc]e|licen[sc]e plate|plate number|licen[sc]e (?:number|no\.?|#)|"
        r"passport|vin|dl ?#|certificate (?:number|no\.?|#))(?:[ \t]*(?i:number|no\.?|is|#))*[ \t]*[:#]?[ \t]*)"
        r"(?=[A-Z -]*\d)[A-Z0-9][A-Z0-9-]{4,}\b"
    ), 0.75, _has_digits),
)  # fmt: skip

#: What presidio's own recognisers find, by their name of it → our kind.
OF_PRESIDIO = {
    "EMAIL_ADDRESS": "e-mail address",
    "IP_ADDRESS": "IP address",
    "US_SSN": "social security number",
}
