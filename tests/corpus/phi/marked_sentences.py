"""Sentences with what identifies marked inline, and how well the guard finds it.

``python -m tests.corpus.phi.marked_sentences`` prints precision and recall by kind.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from suggester.corpus.phi.forms import KINDS
from suggester.corpus.phi.recognisers import Finding, finder

_DATA = Path(__file__).with_name("data")
#: Sentences the forms were made with, and such that were written afterwards and mended nothing.
SENTENCES, UNSEEN = _DATA / "sentences.txt", _DATA / "unseen.txt"
MARKS = {
    "name": "name",
    "date": "date",
    "age": "age over 89",
    "phone": "telephone or fax",
    "email": "e-mail address",
    "url": "web address",
    "ip": "IP address",
    "ssn": "social security number",
    "record": "record number",
    "address": "address",
    "facility": "facility",
    "device": "device number",
    "licence": "licence number",
}
_MARK = re.compile(rf"<(/?)({'|'.join(MARKS)})>")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its marks, and the places they held."""

    text: str
    places: tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class Tally:
    """How often a kind is marked, found where it is marked, and found in all."""

    marked: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        return self.hit / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0


def sentences(path: Path = SENTENCES) -> list[Marked]:
    """Return the marked sentences of a file."""
    lines = path.read_text("utf-8").splitlines()
    return [unmarked(line) for line in lines if line.strip() and not line.startswith("#")]


def unmarked(line: str) -> Marked:
    """Return a line's text with the places its marks stand for."""
    text, places, begun, position = "", [], 0, 0
    for match in _MARK.finditer(line):
        text += line[position : match.start()]
        position = match.end()
        if match[1]:
            places.append((MARKS[match[2]], begun, len(text)))
        else:
            begun = len(text)
    return Marked(text + line[position:], tuple(places))


def tallies(path: Path = SENTENCES, show: bool = False) -> dict[str, Tally]:
    """Return the tally of each kind over all sentences; with ``show``, print what is wrong."""
    find = finder()
    out = {kind: Tally() for kind in KINDS}
    for marked in sentences(path):
        found = find(marked.text)
        for kind, start, end in marked.places:
            out[kind].marked += 1
            hit = any(f.kind == kind and f.start < end and start < f.end for f in found)
            out[kind].hit += hit
            if show and not hit:
                print("missed", kind, marked.text, file=sys.stderr)  # noqa: T201
        for finding in found:
            out[finding.kind].found += 1
            right = _marked(finding, marked)
            out[finding.kind].right += right
            if show and not right:
                words = marked.text[finding.start : finding.end]
                print("wrong", finding.kind, [words], marked.text, file=sys.stderr)  # noqa: T201
    return out


def _marked(finding: Finding, marked: Marked) -> bool:
    return any(
        finding.kind == kind and finding.start < end and start < finding.end
        for kind, start, end in marked.places
    )


def whole(path: Path) -> Tally:
    """Return the tally of all kinds together."""
    each = tallies(path).values()
    return Tally(
        sum(t.marked for t in each),
        sum(t.hit for t in each),
        sum(t.found for t in each),
        sum(t.right for t in each),
    )


def main() -> None:
    """Print precision and recall by kind, for each file."""
    for path in (SENTENCES, UNSEEN):
        rows = Counter(len(marked.places) > 0 for marked in sentences(path))
        print(f"{path.name}: {rows[True]} sentences with marks, {rows[False]} without")  # noqa: T201
        figures = {**tallies(path, show="--show" in sys.argv), "together": whole(path)}
        for kind, tally in figures.items():
            print(  # noqa: T201
                f"{kind:<24} marked {tally.marked:>3}  found {tally.found:>3}  "
                f"precision {tally.precision:.3f}  recall {tally.recall:.3f}"
            )


if __name__ == "__main__":
    main()
