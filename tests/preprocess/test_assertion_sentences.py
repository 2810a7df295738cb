"""Clinical sentences marked inline with how each term is meant; see ``assertion_sentences.txt``.

A term is judged from the sentence and section it stands in, so these sentences test sections,
sentence cutting and assertion together, and no lexicon. ``\\n`` in a line stands for a line break.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from suggester.preprocess.assertion import (
    FAMILY,
    HISTORICAL,
    HYPOTHETICAL,
    NEGATED,
    PRESENT,
    UNCERTAIN,
    SentenceCues,
    judge_term,
)
from suggester.preprocess.sections import find_sections
from suggester.preprocess.sentences import find_sentences, sentence_at

SENTENCES = Path(__file__).with_name("assertion_sentences.txt")
LEAST_ACCURACY = 0.97
TAGS = {
    "pos": PRESENT,
    "neg": NEGATED,
    "unc": UNCERTAIN,
    "hyp": HYPOTHETICAL,
    "his": HISTORICAL,
    "fam": FAMILY,
}
_MARK = re.compile(r"<(?P<tag>pos|neg|unc|hyp|his|fam)>(?P<term>.*?)</(?P=tag)>")

#: Lines that are not solved yet, by cause: at least one marked term is judged wrongly.
KNOWN_FAILURES: frozenset[str] = frozenset(
    {
        # A comma alone parts what is denied from what is there; nothing else shows it.
        'Denies <neg>SI</neg>/<neg>HI</neg>, mood "down," <pos>insomnia</pos> nightly.',
        "No <neg>hemorrhage</neg>, <pos>encephalomalacia</pos> in the right frontal lobe.",
        # "A, B absent" denies both, but "gout, tophi absent" does not.
        "<neg>Rebound</neg>, <neg>guarding</neg> absent.",
        "<neg>Wheezing</neg>, <neg>rales</neg> absent.",
        # Drugs that may worsen what a patient may well have.
        "Advised that ibuprofen could worsen <hyp>kidney disease</hyp>.",
        "NSAIDs can aggravate <hyp>heart failure</hyp>.",
        # Conditions without "if": "when" mostly tells what happened; "tx" opens the other clause.
        "When <hyp>wheezing</hyp> starts, use 2 puffs of albuterol.",
        "Apply ice when <hyp>pain</hyp> flares.",
        "Plan: CTH to r/o <unc>ICH</unc>; if neg, tx <pos>migraine</pos>",
        # Fears and worries are taken as suspicions.
        "He is afraid of <hyp>relapse</hyp>.",
        "The growth his daughter worries about is a <pos>seborrheic keratosis</pos>.",
        # What is screened for stands behind the colon, where a result may stand as well.
        "STI screening today: <hyp>gonorrhea</hyp>, <hyp>chlamydia</hyp>, <hyp>syphilis</hyp>.",
        "Cancer screening today: <hyp>cervical cancer</hyp>, <hyp>breast cancer</hyp>.",
        # What a drug once did, outside the section of allergies.
        "Penicillin caused <his>hives</his>.",
        "Allergic to latex, which causes <his>itching</his>.",
        # Mother and child: whose chart it is; "by" before a person tells who brought the patient.
        "Pregnancy complicated by maternal <fam>chorioamnionitis</fam>; newborn with <pos>tachypnea</pos>.",
        "Breastfeeding mother with <pos>cracked nipples</pos>, infant latching well.",
    }
)


@dataclass(frozen=True)
class Marked:
    line: str
    phenomenon: str
    text: str
    terms: tuple[tuple[int, int, str], ...]


def parse(line: str, phenomenon: str) -> Marked:
    text, terms, position = "", [], 0
    for match in _MARK.finditer(line):
        text += line[position : match.start()].replace("\\n", "\n")
        start = len(text)
        text += match["term"]
        terms.append((start, len(text), TAGS[match["tag"]]))
        position = match.end()
    text += line[position:].replace("\\n", "\n")
    return Marked(line, phenomenon, text, tuple(terms))


@lru_cache(maxsize=1)
def marked_sentences() -> tuple[Marked, ...]:
    out, phenomenon = [], ""
    for line in SENTENCES.read_text("utf-8").splitlines():
        if line.startswith("# "):
            phenomenon = line[2:]
        elif line:
            out.append(parse(line, phenomenon))
    return tuple(out)


def judged(marked: Marked) -> list[str]:
    sections = find_sections(marked.text)
    sentences = find_sentences(marked.text, sections)
    kinds = []
    for start, end, _ in marked.terms:
        number = sentence_at(sentences, start)
        assert number is not None, marked.line
        sentence = sentences[number]
        cues = SentenceCues(marked.text, sentence.start, sentence.end)
        kinds.append(judge_term(marked.text, sentence.section, cues, start, end).kind)
    return kinds


def test_assertion_sentences_are_marked_and_distinct() -> None:
    every = marked_sentences()
    assert len(every) >= 250
    assert all(marked.terms for marked in every)
    assert len({marked.line for marked in every}) == len(every)
    assert not any(re.search(r"</?\w+>", marked.text) for marked in every)


def test_assertion_known_failures_are_lines_of_the_file() -> None:
    assert {marked.line for marked in marked_sentences()} >= KNOWN_FAILURES


@pytest.mark.parametrize("phenomenon", sorted({m.phenomenon for m in marked_sentences()}))
def test_assertion_of_marked_sentences(phenomenon: str) -> None:
    wrong, mended = [], []
    for marked in marked_sentences():
        if marked.phenomenon != phenomenon:
            continue
        expected = [kind for _, _, kind in marked.terms]
        found = judged(marked)
        if found != expected and marked.line not in KNOWN_FAILURES:
            wrong.append(f"{marked.line}\n      judged {found}")
        if found == expected and marked.line in KNOWN_FAILURES:
            mended.append(marked.line)
    assert not wrong, "\n".join(wrong)
    assert not mended, "now right; take them out of KNOWN_FAILURES:\n" + "\n".join(mended)


def test_assertion_accuracy_of_marked_terms(capsys: pytest.CaptureFixture[str]) -> None:
    right: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for marked in marked_sentences():
        for (_, _, expected), found in zip(marked.terms, judged(marked), strict=True):
            right[marked.phenomenon] += found == expected
            total[marked.phenomenon] += 1
    lines = [
        f"  {phenomenon:32}{right[phenomenon]:4} of {count:4}  {right[phenomenon] / count:.3f}"
        for phenomenon, count in total.items()
    ]
    overall = sum(right.values()) / sum(total.values())
    lines.append(f"  {'all':32}{sum(right.values()):4} of {sum(total.values()):4}  {overall:.3f}")
    with capsys.disabled():
        sys.stdout.write("\n".join(["\nassertion accuracy", *lines, ""]))
    assert overall >= LEAST_ACCURACY
