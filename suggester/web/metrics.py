"""Figures for Prometheus: counts and times by route and kind; never a name, a number or a word.

With several workers (``suggester serve --workers``) prometheus-client adds up the figures of all of
them, through files in the folder that PROMETHEUS_MULTIPROC_DIR names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.75, 1.5, 3, 10)
_registry = CollectorRegistry()
REQUESTS = Counter(
    "suggester_requests",
    "Requests answered, by method, route template and status.",
    ("method", "route", "status"),
    registry=_registry,
)
REQUEST_SECONDS = Histogram(
    "suggester_request_seconds",
    "Time to answer a request, by route template.",
    ("route",),
    registry=_registry,
    buckets=_SECONDS,
)
DECISIONS = Counter(
    "suggester_decisions", "Decisions saved, by kind.", ("kind",), registry=_registry
)
SUGGESTION_SECONDS = Histogram(
    "suggester_suggestion_seconds",
    "Time to suggest codes for one encounter.",
    registry=_registry,
    buckets=_SECONDS,
)


class _Queues(Collector):
    """How many encounters are in each state, counted when asked."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(
            "suggester_encounters", "Encounters in each state.", labels=("state",)
        )
        for state, number in self._counts.items():
            family.add_metric([state], number)
        yield family


def exposition(counts: Mapping[str, int]) -> bytes:
    """Return all figures in the text format of Prometheus; ``counts`` are encounters by state."""
    registry = _registry
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    queues = CollectorRegistry()
    queues.register(_Queues(counts))
    return generate_latest(registry) + generate_latest(queues)
