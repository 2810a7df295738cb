"""How often somebody may ask; counted in this process alone, so several processes allow several times it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

#: Strangers, who are known by their address only, get this share.
_STRANGERS = 5
_MOST_KEPT = 10_000


class Rates:
    """Buckets of requests that fill again evenly; a full one holds a minute's worth.

    Parameters
    ----------
    per_minute
        How many requests an account may send; None for any number.
    clock
        Seconds that only grow.
    """

    def __init__(self, per_minute: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._kept: dict[str, tuple[float, float]] = {}

    def wait(self, client: str, is_stranger: bool) -> int:
        """Count a request; return 0 where it may pass, else the seconds until one may."""
        if self._per_minute is None:
            return 0
        most = max(1.0, self._per_minute / _STRANGERS) if is_stranger else float(self._per_minute)
        moment = self._clock()
        # Taken out and put back, so that the one asked for longest ago stands first.
        left, then = self._kept.pop(client, (most, moment))
        left = min(most, left + (moment - then) * most / 60)
        passes = left >= 1
        self._kept[client] = (left - 1 if passes else left, moment)
        if len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return 0 if passes else max(1, math.ceil((1 - left) * 60 / most))
