"""Layouts of corpora that hold notes in the formats of other systems, beside the others."""

from __future__ import annotations

from collections.abc import Mapping

from suggester.corpus.layouts.layout import Layout
from suggester.corpus.layouts.recognition import LAYOUTS
from suggester.exchange import fhir_corpus

#: Name → layout, FHIR included.
ALL_LAYOUTS: Mapping[str, Layout] = {**LAYOUTS, fhir_corpus.LAYOUT.name: fhir_corpus.LAYOUT}
