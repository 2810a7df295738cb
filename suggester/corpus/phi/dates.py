"""Dates finer than a year, and ages over 89 (45 CFR 164.514(b)(2)(i)(C))."""

from __future__ import annotations

import re

from suggester.corpus.phi.forms import Form

_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|"
    r"JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)"
)
_YEAR = r"(?:1[89]|2[0-2])\d\d"  # shifted dates lie ahead
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_EARLIER = r"(?<![\d./-])"
_LATER = r"(?![\d/]|[.-]\d)"
_NOT_A_DAY = r"(?!\d|[./%-]\d|[ \t]*(?:mg|mcg|g|ml|mL|units?|%|times|doses?|tablets?|days?|weeks?|months?|hours?|mm|cm|kg|x\b))"
_AGED = r"(?:9\d|1[0-3]\d)"


def _possible(text: str) -> bool:
    """Tell whether two of the numbers of a date can be its month and its day."""
    first, second = (int(number) for number in re.findall(r"\d+", text)[:2])
    return 1 <= min(first, second) <= 12 and 1 <= max(first, second) <= 31


FORMS = (
    Form("date", "in numbers with a full year",
         rf"{_EARLIER}\d{{1,2}}([/.-])\d{{1,2}}\1{_YEAR}{_LATER}", 0.9, _possible),
    Form("date", "in numbers with a short year",
         rf"{_EARLIER}(?:{_MONTH}/{_DAY}/\d\d|(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])-\d\d){_LATER}", 0.8),
    Form("date", "year first",
         rf"(?<![\d/-]){_YEAR}([-/.]){_MONTH}\1{_DAY}(?!\d|[/-]\d)", 0.9),
    Form("date", "month by name and day",
         rf"\b{_MONTHS}\.?[ \t]+{_DAY}(?:st|nd|rd|th)?(?:,?[ \t]+{_YEAR}|{_NOT_A_DAY})", 0.8),
    Form("date", "day and month by name",
         rf"(?<![\d.]){_DAY}(?:st|nd|rd|th)?[ \t-]?(?:of[ \t]+)?{_MONTHS}\b\.?(?:[ \t,-]*(?:{_YEAR}|\d\d\b))?", 0.8),
    Form("date", "month by name and year",
         rf"\b{_MONTHS}\.?,?[ \t]+(?:of[ \t]+)?{_YEAR}\b", 0.6),
    Form("date", "month and year in numbers",
         rf"{_EARLIER}(?:0[1-9]|1[0-2]|[1-9])/(?:19|20)\d\d{_LATER}", 0.6),
    Form("date", "month and day in numbers, as a date is announced", (
        r"\b(?=\d)(?<=\b(?i:on|since|dated?|until|through|thru|as of|due|seen|admitted|discharged|visit of|dos|dob|doa|d/c|"
        r"lmp|edd|edc|appt|appointment|visit|mon|tues?|wed|thu(?:rs)?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|expires?|started|stopped|surgery|ct|mri|cxr|echo|labs?|culture)[:, \t]+)"
        rf"{_MONTH}/{_DAY}(?![\d/.]|[ \t]*(?i:strength|motor|power|pain|murmur|systolic|sem|bottles?|cultures?|positive|"
        r"strong|retest|in\b|of\b|throughout|sets?|lymph|nodes?|scale|severity|stones?|blood|negative|mg|bilat|ue\b|le\b))"
    ), 0.5),
    Form("age over 89", "in years",
         rf"(?<![\d.]){_AGED}(?=[ -]?(?i:years?|yrs?)[ -]?(?i:old|of age)\b|[ -]?(?i:y\.?/?o\b|yo[mf]\b|y/o))", 0.9),
    Form("age over 89", "as aged",
         rf"\b(?=\d)(?<=\b(?i:age[ds]?(?: of)?|turn(?:ed|s|ing))[ :=\t]+){_AGED}\b(?![.%/-]\d|%)", 0.8),
    Form("age over 89", "with the sex, at the start",
         rf"\b(?=\d)(?<=^|[.;:][ \t]+|\b(?:[Tt]his|[Ii]s an?|[Aa]) ){_AGED}[ \t]?(?:y[ \t]?)?[MF]\b(?![.°])", 0.7),
)  # fmt: skip
