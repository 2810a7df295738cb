"""Wordings composed of two tables: neoplasms of a site and their cells, drugs and their effects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from suggester.lexicon.drug_rows import code_of
from suggester.preprocess.wordings import phrase_words

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.lexicon import Lexicon

Words = tuple[str, ...]


def composed_wordings(codes: CodeSet, lexicon: Lexicon) -> dict[Words, int]:
    """Return the node each composed wording leads to; those that could mean two are left out.

    "Cancer of the forehead" leads to the skin of the face, "sarcoma of the thigh" to its soft tissue.
    """
    found: dict[Words, set[int]] = defaultdict(set)
    for site in lexicon.neoplasm_sites:
        for morphology in lexicon.morphology:
            code = site.codes.get(morphology.behaviour)
            if code is not None and site.kind in morphology.kinds:
                _add(found, morphology.wording, site.name, code, codes)
    for name, stem in lexicon.drugs:
        for effect in lexicon.drug_effects:
            code = code_of(stem, effect.intent)
            # Nobody takes heroin as prescribed: it has no code for an adverse effect.
            if code in codes:
                _add(found, effect.wording, name, code, codes)
    return {signature: min(nodes) for signature, nodes in found.items() if len(nodes) == 1}


def _add(
    found: Mapping[Words, set[int]], wording: str, name: str, code: str, codes: CodeSet
) -> None:
    tokens = phrase_words(wording.format(site=name, drug=name))
    # A wording of which only the name is compared would be no more than the name.
    if len(tokens) > len(phrase_words(name)):
        found[tuple(sorted(tokens))].add(codes.index(code))
