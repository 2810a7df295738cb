"""Notes to measure with: those of the corpus, joined and cut to one length."""

from __future__ import annotations

from tests.benchmarks.computer import ROOT

LENGTH = 2_700


def notes_of_length(count: int, length: int = LENGTH) -> list[str]:
    """Return ``count`` notes of at most ``length`` characters, cut at the end of a line.

    The notes of the corpus are taken in turn; a short one is filled up with the next.
    """
    from suggester.corpus.readers import read_corpus

    texts = [coded.encounter.text for coded in read_corpus([ROOT / "corpora" / "notes"])]
    out: list[str] = []
    at = 0
    while len(out) < count:
        joined = ""
        while len(joined) < length:
            joined += texts[at % len(texts)] + "\n\n"
            at += 1
        out.append(_cut(joined, length))
    return out


def _cut(text: str, length: int) -> str:
    end = text.rfind("\n", length * 9 // 10, length)
    return text[: end if end > 0 else length]


def gold_codes() -> list[str]:
    """Return the diagnoses that the notes of the corpus are coded with, each once, in order."""
    from suggester.corpus.readers import read_corpus

    coded = read_corpus([ROOT / "corpora" / "notes"])
    return list(dict.fromkeys(code for one in coded for code in one.codes))
