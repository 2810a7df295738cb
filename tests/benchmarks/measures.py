"""What is measured; README.md says what each figure means."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.benchmarks.computer import run
from tests.benchmarks.notes import LENGTH, notes_of_length

_LOAD = "from suggester import Suggester; Suggester.load('models/default')"
_SERVE = """
import resource
from suggester import Suggester
from tests.benchmarks.notes import notes_of_length
suggester = Suggester.load("models/default")
for result in suggester.suggest_many(notes_of_length(50)):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_NOTES = """
import time
from suggester import Suggester
from tests.benchmarks.notes import notes_of_length
suggester = Suggester.load("models/default")
notes = notes_of_length(200)
systems = ("icd10cm",)
for note in notes[:20]:
    suggester.suggest(note)
for note in notes:
    began = time.perf_counter()
    suggester.suggest(note, systems=systems)
    diagnosed = time.perf_counter()
    suggester.suggest(note)
    print(diagnosed - began, time.perf_counter() - diagnosed)
"""
_RULES = """
import random
import time
from suggester import Suggester
from suggester.edits.coding import Checker, CodedEncounter
from tests.benchmarks.notes import gold_codes, notes_of_length
suggester = Suggester.load("models/default")
checker = Checker(suggester.codes)
pool = [code for code in gold_codes() if suggester.codes.is_billable(code)]
draw = random.Random(1)
for round in range(2):
    for note in notes_of_length(100):
        facts = suggester.facts(note)
        likely = sorted(facts.documented.values(), key=lambda found: found.confidence)
        best = {found.code[:3]: found.code for found in likely}
        codes = [code for code in reversed(best.values()) if suggester.codes.is_billable(code)][:25]
        codes += draw.sample(pool, 25 - len(codes))
        began = time.perf_counter()
        checker.check(CodedEncounter(tuple(codes), facts, 60, "F"))
        noted = time.perf_counter()
        checker.check(CodedEncounter(tuple(draw.sample(pool, 25)), None, 60, "F"))
        if round:
            print(noted - began, time.perf_counter() - noted)
"""
_CODES = """
import time
began = time.perf_counter()
from suggester.codes import load_icd10cm
codes = load_icd10cm("FY2026-04")
print(time.perf_counter() - began)
"""
_QUERIES = (
    "hypertension",
    "distal radius fracture",
    "diabetes with chronic kidney disease",
    "E11",
    "S52.5",
    "pneumonia due to",
    "osteoarthrits knee",
    "displaced fracture of neck of left femur",
    "carcinoma breast upper outer quadrant",
    "encounter for screening",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; ``target`` is the most it should be."""

    name: str
    value: float
    unit: str
    target: float | None = None

    def shown(self) -> str:
        """Return the figure in a line, with its target and whether that is met."""
        line = f"{self.name:<82} {self.value:8.1f} {self.unit}"
        if self.target is None:
            return line
        met = "met" if self.value <= self.target else "NOT met"
        return f"{line}   target {self.target:g}: {met}"


def load_time() -> Iterator[Figure]:
    """Start a process, import, load the model, end: the least of five, and the same of Python alone."""
    run("-c", _LOAD)
    yield Figure("load, process and imports included", _least("-c", _LOAD), "s", 4)


def help_time() -> Iterator[Figure]:
    """Run ``suggester --help``."""
    run("-m", "suggester", "--help")
    yield Figure("suggester --help", _least("-m", "suggester", "--help") * 1000, "ms", 500)


def note_time() -> Iterator[Figure]:
    """Code 200 notes one after another after loading: diagnoses alone, and with procedures."""
    _, printed = run("-c", _NOTES)
    times = [[float(part) * 1000 for part in line.split()] for line in printed.splitlines()]
    size = statistics.fmean(len(note) for note in notes_of_length(200))
    what = f"a note of {LENGTH:,} characters at most (mean {size:,.0f})"
    for number, (of, target) in enumerate((("diagnoses", 15), ("diagnoses and procedures", None))):
        mine = sorted(pair[number] for pair in times)
        yield Figure(f"{what}, {of}, median", statistics.median(mine), "ms", target)
        yield Figure(f"{what}, {of}, 95 of 100", mine[int(len(mine) * 0.95)], "ms")


def rule_time() -> Iterator[Figure]:
    """Run all coding rules over sets of 25 codes: the likeliest of each category with its note, and any without."""
    _, printed = run("-c", _RULES)
    times = [[float(part) * 1000 for part in line.split()] for line in printed.splitlines()]
    for number, what in ((1, "no note"), (0, "the note read before")):
        mine = sorted(pair[number] for pair in times)
        yield Figure(f"coding rules, 25 codes, {what}, median", statistics.median(mine), "ms", 5)
        yield Figure(
            f"coding rules, 25 codes, {what}, 95 of 100", mine[int(len(mine) * 0.95)], "ms"
        )


def peak_memory() -> Iterator[Figure]:
    """Load the model and code 50 notes; the most memory the process ever held."""
    _, printed = run("-c", _SERVE)
    yield Figure("peak memory, model loaded and 50 notes coded", int(printed) / 1024, "MB", 700)


def code_set() -> Iterator[Figure]:
    """Load the compiled code set and search it."""
    run("-c", _CODES)
    load = min(float(run("-c", _CODES)[1]) for _ in range(5))
    yield Figure("code set, load", load * 1000, "ms", 300)
    from suggester.codes import load_icd10cm

    codes = load_icd10cm("FY2026-04")
    codes.search("fracture")
    times = []
    for query in _QUERIES:
        began = time.perf_counter()
        codes.search(query)
        times.append((time.perf_counter() - began) * 1000)
    yield Figure("code set, search, median of ten queries", statistics.median(times), "ms", 20)
    yield Figure("code set, search, slowest of ten queries", max(times), "ms", 20)


def _least(*arguments: str) -> float:
    return min(run(*arguments)[0] for _ in range(5))


MEASURES: tuple[Callable[[], Iterator[Figure]], ...] = (
    load_time,
    help_time,
    note_time,
    rule_time,
    peak_memory,
    code_set,
)
