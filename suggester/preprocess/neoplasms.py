"""Wordings of neoplasms, composed of the site and of what is said of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from suggester.preprocess.wordings import phrase_words

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.lexicon import Lexicon


def neoplasm_wordings(codes: CodeSet, lexicon: Lexicon) -> dict[tuple[str, ...], int]:
    """Return the node each composed wording leads to; those that could mean two are left out.

    "Cancer of the forehead" leads to the skin of the face, "sarcoma of the thigh" to its soft tissue.
    """
    found: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for site in lexicon.neoplasm_sites:
        for morphology in lexicon.morphology:
            code = site.codes.get(morphology.behaviour)
            if code is None or site.kind not in morphology.kinds:
                continue
            tokens = phrase_words(morphology.wording.format(site=site.name))
            found[tuple(sorted(tokens))].add(codes.index(code))
    return {signature: min(nodes) for signature, nodes in found.items() if len(nodes) == 1}
