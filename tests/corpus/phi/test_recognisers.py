"""Marked sentences: what the guard finds, what it leaves alone, and that it asks nobody."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from suggester.corpus.phi.forms import KINDS
from suggester.corpus.phi.placeholders import hidden
from suggester.corpus.phi.recognisers import finder
from tests.corpus.phi.marked_sentences import SENTENCES, UNSEEN, sentences, tallies, whole

#: Precision and recall on the sentences the forms were made with, and on those written afterwards.
FLOORS = {SENTENCES: (0.98, 0.98), UNSEEN: (0.9, 0.65)}
ROOT = Path(__file__).resolve().parents[3]


def test_there_are_enough_sentences_of_every_kind() -> None:
    marked = sentences()
    assert len(marked) >= 150
    kinds = {kind for sentence in marked for kind, _, _ in sentence.places}
    assert kinds == set(KINDS)
    assert sum(not sentence.places for sentence in marked) >= 60


@pytest.mark.parametrize("path", FLOORS, ids=lambda path: path.stem)
def test_precision_and_recall_stay_above_their_floors(path: Path) -> None:
    precision, recall = FLOORS[path]
    found = whole(path)
    assert found.precision >= precision
    assert found.recall >= recall


def test_no_kind_is_missed_or_invented_altogether() -> None:
    for kind, tally in tallies().items():
        assert tally.recall >= 0.9, kind
        assert tally.precision >= 0.9, kind


def test_places_are_those_of_the_text() -> None:
    text = "Plan: Thank you, Dr. Okonkwo.\nMRN: 00482913"
    found = [(f.kind, text[f.start : f.end]) for f in finder()(text)]
    assert found == [("name", "Okonkwo"), ("record number", "00482913")]


@pytest.mark.parametrize(
    "text",
    [
        "Seen by Dr. [**Last Name (STitle) 1022**] on [**2101-3-4**].",
        "Name: ___ Admission Date: ___",
        "Mr. <NAME> called from [PHONE].",
        "Signed by **NAME[AAA BBB]",
    ],
)
def test_placeholders_are_read_over(text: str) -> None:
    assert len(hidden(text)) == len(text)
    assert finder()(text) == []


def test_overlapping_findings_are_told_once() -> None:
    text = "Patient Name: Whitfield, Lorraine"
    [found] = finder()(text)
    assert text[found.start : found.end] == "Whitfield, Lorraine"


def test_nothing_is_asked_of_the_network(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "def refuse(event, args):\n"
        # urllib3 binds a socket of this machine when imported, to learn whether there is IPv6.
        "    if event.startswith('socket.') and event not in ('socket.__new__', 'socket.bind'):\n"
        "        raise SystemExit('the network was asked: ' + event)\n"
        "sys.addaudithook(refuse)\n"
        "from suggester.corpus.phi.recognisers import finder\n"
        "text = 'Write to nurse@clinic.example.co.uk or see www.example.org, 10.1.2.3.'\n"
        "print([f.kind for f in finder()(text)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env={"HOME": str(tmp_path), "PATH": "", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['e-mail address', 'web address', 'IP address']\n"
    assert not any(path.is_file() for path in tmp_path.rglob("*suffix*"))


def test_an_address_of_no_real_domain_is_no_e_mail_address() -> None:
    assert finder()("sirolimus level@goal.trough today") == []


def test_the_projects_own_corpora_are_listed_as_they_are() -> None:
    lines = (ROOT / "suggester/corpus/phi/data/own_corpora.tsv").read_text("utf-8").splitlines()
    listed = dict(line.split("\t") for line in lines[1:])
    there = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ROOT / "corpora").rglob("*.jsonl")
    }
    assert listed == there, "list the SHA-256 of each file anew in own_corpora.tsv"
