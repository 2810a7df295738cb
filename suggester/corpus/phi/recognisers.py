"""presidio-analyzer with a blank pipeline: its recognisers of numbers and addresses, and our own forms.

Nothing is fetched: the pipeline holds no model, and e-mail domains are judged by the list of suffixes
that is packaged with tldextract.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from suggester.corpus.phi import dates, names, numbers, places
from suggester.corpus.phi.forms import KINDS, Form
from suggester.corpus.phi.placeholders import hidden
from suggester.errors import InputError
from suggester.lexicon import load_lexicon

_FORMS = (*names.FORMS, *dates.FORMS, *numbers.FORMS, *places.FORMS)
_LANGUAGE = "en"
INSTALL = "pip install 'suggester[phi]'"


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that looks identifying; ``kind`` is one of ``KINDS``, ``score`` how sure that is."""

    kind: str
    start: int
    end: int
    score: float


def recognisers_digest() -> str:
    """Return the SHA-256 of all that decides what is found, presidio's version aside."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (*sorted(folder.glob("*.py")), *sorted((folder / "data").glob("*"))):
        digest.update(path.read_bytes())
    digest.update(load_lexicon().sha256.encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def finder() -> Callable[[str], list[Finding]]:
    """Return what finds the identifying places of a text, in their order and without overlaps.

    Raises
    ------
    InputError
        presidio-analyzer is not installed.
    """
    engine = _engine()
    kinds = {_entity(kind): kind for kind in KINDS} | numbers.OF_PRESIDIO

    def find(text: str) -> list[Finding]:
        covered = hidden(text)
        found = engine.analyze(covered, language=_LANGUAGE)
        return _apart(
            Finding(kinds[r.entity_type], r.start, r.end, round(r.score, 2))
            for r in found
            if "█" not in covered[r.start : r.end]
        )

    return find


def _engine() -> Any:
    try:
        presidio = import_module("presidio_analyzer")
        engines = import_module("presidio_analyzer.nlp_engine")
        predefined = import_module("presidio_analyzer.predefined_recognizers")
    except ImportError:
        raise InputError(
            f"Looking for identifying text needs presidio-analyzer; install it with: {INSTALL}"
        ) from None
    # presidio tells of its set-up and, when debugging, of what it reads.
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    pipeline = engines.NoOpNlpEngine(models=[{"lang_code": _LANGUAGE, "model_name": ""}])
    own = [_recogniser(presidio, form) for form in _FORMS]
    registry = presidio.RecognizerRegistry(
        recognizers=[*own, *_of_presidio(predefined)], supported_languages=[_LANGUAGE]
    )
    return presidio.AnalyzerEngine(
        registry=registry, nlp_engine=pipeline, supported_languages=[_LANGUAGE]
    )


def _recogniser(presidio: Any, form: Form) -> Any:
    made = presidio.PatternRecognizer(
        supported_entity=_entity(form.kind),
        name=f"{form.kind}: {form.name}",
        patterns=[presidio.Pattern(form.name, form.pattern, form.score)],
        global_regex_flags=int(re.MULTILINE),
    )
    if form.valid is not None:
        valid = form.valid
        made.invalidate_result = lambda text: not valid(text)
    return made


def _of_presidio(predefined: Any) -> list[Any]:
    packaged = import_module("tldextract").TLDExtract(cache_dir=None, suffix_list_urls=())
    email = predefined.EmailRecognizer()
    email.validate_result = lambda text: bool(packaged(text).fqdn)
    return [email, predefined.IpRecognizer(), predefined.UsSsnRecognizer()]


def _entity(kind: str) -> str:
    return "NOTE_" + kind.upper().replace(" ", "_").replace("-", "_")


def _apart(found: Any) -> list[Finding]:
    """Return the surest, then the longest, of findings that overlap."""
    taken: list[Finding] = []
    order = sorted(found, key=lambda f: (-f.score, f.start - f.end, f.start, f.kind))
    for finding in order:
        if not any(finding.start < other.end and other.start < finding.end for other in taken):
            taken.append(finding)
    taken.sort(key=lambda f: f.start)
    return [next(iter(group)) for _, group in groupby(taken)]
