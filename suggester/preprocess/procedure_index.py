"""The index of what procedures are called and of the words that tell their attributes.

Looked up like the wordings of diagnoses: a phrase is a set of normal forms, order ignored.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from suggester.codes.cache import read_or_build
from suggester.preprocess.described import DescriptionFinder
from suggester.preprocess.term_index import LONGEST
from suggester.preprocess.wording import key_of
from suggester.preprocess.wordings import phrase_words

if TYPE_CHECKING:
    from suggester.lexicon.procedure_rows import ProcedureLexicon

_MAKERS = ("data/word_forms.tsv", "procedure_index.py", "wording.py", "wordings.py")


class ProcedureIndex:
    """Phrases and attribute words by key.

    Row numbers count the phrases first, then the cues, then the descriptions from ``described_from``
    on.
    """

    def __init__(self, arrays: dict[str, Any]) -> None:
        self.described = DescriptionFinder(())
        self.described_from = 0
        self._arrays = arrays
        self.slots: dict[int, int] = dict(
            zip(arrays["keys"].tolist(), range(len(arrays["keys"])), strict=True)
        )
        self._starts: list[int] = arrays["starts"].tolist()
        self._rows: list[int] = arrays["rows"].tolist()
        words = bytes(arrays["vocabulary"]).decode("utf-8").split("\n")
        self.vocabulary: frozenset[str] = frozenset(words)

    def rows(self, slot: int) -> list[int]:
        """Return the rows of a wording."""
        return self._rows[self._starts[slot] : self._starts[slot + 1]]

    def arrays(self) -> dict[str, Any]:
        """Return the arrays the index consists of, none of them of objects."""
        return self._arrays


def build(lexicon: ProcedureLexicon) -> ProcedureIndex:
    """Compile the index; takes about a second."""
    found: dict[int, list[int]] = defaultdict(list)
    vocabulary: set[str] = set()
    phrases = [row.phrase for row in lexicon.phrases] + [row.cue for row in lexicon.cues]
    for number, phrase in enumerate(phrases):
        words = phrase_words(phrase)
        if 1 <= len(words) <= LONGEST:
            found[key_of(words)].append(number)
            vocabulary.update(words)
    starts = np.cumsum([0, *(len(rows) for rows in found.values())])
    return ProcedureIndex(
        {
            "keys": np.array(list(found), dtype=np.int64),
            "starts": starts.astype(np.int32),
            "rows": np.array([row for rows in found.values() for row in rows], dtype=np.int32),
            "vocabulary": np.frombuffer("\n".join(sorted(vocabulary)).encode(), dtype=np.uint8),
        }
    )


def load_procedure_index(lexicon: ProcedureLexicon) -> ProcedureIndex:
    """Return the index for ``lexicon`` from the cache, or compile it."""
    here = files("suggester.preprocess")
    made_by = (here.joinpath(name).read_bytes() for name in _MAKERS)
    digest = hashlib.sha256(b"".join(made_by))
    digest.update(lexicon.sha256.encode())
    name = f"procedures-{digest.hexdigest()[:20]}.npz"
    index = read_or_build(name, lambda: build(lexicon), _decode, _encode, "the index of procedures")
    index.described = DescriptionFinder(lexicon.described)
    index.described_from = len(lexicon.phrases) + len(lexicon.cues)
    return index


def _encode(index: ProcedureIndex) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **index.arrays())
    body = buffer.getvalue()
    return hashlib.sha256(body).digest() + body


def _decode(data: bytes) -> ProcedureIndex:
    if hashlib.sha256(data[32:]).digest() != data[:32]:
        raise ValueError("checksum differs")
    with np.load(io.BytesIO(data[32:]), allow_pickle=False) as arrays:
        return ProcedureIndex({name: arrays[name] for name in arrays.files})
