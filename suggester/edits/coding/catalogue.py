"""The list of all coding rules: what a site can switch off, and what the tests exercise."""

from __future__ import annotations

from functools import lru_cache

from suggester.edits.coding.tables import rule_table

#: Every kind of rule, with what it looks at.
KINDS: dict[str, str] = {
    "validity": "codes that are unknown, incomplete or not in force on the date of service",
    "excludes1": "codes that an Excludes1 note parts",
    "excludes2": "codes that an Excludes2 note lets stand together where both are documented",
    "code-first": "a cause that must be sequenced before its consequence",
    "manifestation-first": "a manifestation listed first",
    "use-additional": "a companion that the Tabular List asks for and the note documents",
    "code-also": "a further condition that the Tabular List asks for and the note documents",
    "combination": "codes that one code says together, or that another makes redundant",
    "assumed-link": 'conditions that the guidelines presume to be linked ("with")',
    "integral-symptom": "signs and symptoms that are part of a diagnosis",
    "uncertain": "diagnoses that are not established, by setting",
    "negated": "diagnoses that the note denies",
    "history-vs-current": "what is past coded as current, and the reverse",
    "screening-vs-diagnostic": "screening codes where there is a sign, and the reverse",
    "age": "codes of another age",
    "sex": "codes of the other sex",
    "newborn": "perinatal codes and the birth record",
    "maternity": "chapter 15 and its outcome codes",
    "laterality": "sides that contradict each other or the note",
    "unspecified-in-note": "a vague code where the note is precise",
    "sequence": "the order of the codes, and what may stand first",
    "external-cause": "causes, places and activities of an injury",
    "z-first-only": "Z codes that may only be listed first",
    "poisoning": "poisoning, adverse effect and underdosing",
    "coma-scale": "coma and stroke scales",
    "pressure-ulcer": "stages and kinds of pressure ulcers",
    "sepsis": "sepsis, its infection and its organ failures",
    "neoplasm": "primary, secondary and past neoplasms, their treatment and complications",
    "obesity-bmi": "body mass index and weight diagnoses",
    "drug-status": "long-term drugs",
    "trimester-weeks": "trimester and weeks of gestation",
    "hcc-support": "chronic conditions that the note does not support",
    "query": "documentation that is missing or in conflict, with a question to the provider",
    "site": "rules of your own",
}
#: Tables whose rows have ids, with the kind of rule where it is not said in the row.
TABLES: dict[str, str] = {
    "combinations": "",
    "redundant": "",
    "integral_signs": "integral-symptom",
    "age": "",
    "sex": "sex",
    "first_only": "z-first-only",
    "never_first": "",
    "guideline_rules": "",
    "queries": "query",
}


@lru_cache(maxsize=1)
def rule_ids() -> frozenset[str]:
    """Return the kinds of rules and the ids of all rows, as alerts carry them."""
    rows = {row["id"] for table in TABLES for row in rule_table(table)}
    return frozenset(KINDS) | frozenset(f"{kind}:{row}" for kind in KINDS for row in rows)
