"""The term index of a code set and lexicon, compiled once into the user's cache folder."""

from __future__ import annotations

import hashlib
import io
from importlib.resources import files
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from suggester.codes.cache import read_or_build
from suggester.preprocess.index_building import build
from suggester.preprocess.term_index import TermIndex

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.lexicon import Lexicon


_MAKERS = (
    "composed.py",
    "data/cause_rules.tsv",
    "data/word_forms.tsv",
    "index_building.py",
    "term_index.py",
    "told_causes.py",
    "wording.py",
    "wordings.py",
)


def load_term_index(codes: CodeSet, lexicon: Lexicon) -> TermIndex:
    """Return the term index for ``codes`` and ``lexicon`` from the cache, or compile it (2 s)."""
    here = files("suggester.preprocess")
    # What makes a wording is part of the key: another rule or word form, another index.
    made_by = (here.joinpath(name).read_bytes() for name in _MAKERS)
    digest = hashlib.sha256(b"".join(made_by))
    digest.update(codes.release.sha256.encode() + lexicon.sha256.encode())
    name = f"terms-{digest.hexdigest()[:20]}.npz"
    return read_or_build(name, lambda: build(codes, lexicon), _decode, _encode, "the term index")


def _encode(index: TermIndex) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **index.arrays())
    body = buffer.getvalue()
    return hashlib.sha256(body).digest() + body


def _decode(data: bytes) -> TermIndex:
    if hashlib.sha256(data[32:]).digest() != data[:32]:
        raise ValueError("checksum differs")
    try:
        with np.load(io.BytesIO(data[32:]), allow_pickle=False) as arrays:
            return TermIndex({name: arrays[name] for name in arrays.files})
    except BadZipFile as error:
        raise ValueError("not an array file") from error
