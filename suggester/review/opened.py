"""What was opened last, kept in memory: text that is sealed at rest is not opened for every request."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Thing = TypeVar("_Thing")


class Opened(Generic[_Thing]):
    """The ``most`` things used last, each under a key that never means another one.

    What is returned is shared between requests and is not to be changed.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, _Thing] = OrderedDict()
        self._turn = threading.Lock()

    def known(self, key: Hashable) -> _Thing | None:
        """Return what is kept under a key."""
        with self._turn:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def get(self, key: Hashable, open_: Callable[[], _Thing]) -> _Thing:
        """Return what is kept under a key, or open it and keep it."""
        known = self.known(key)
        if known is not None:
            return known
        thing = open_()
        with self._turn:
            self._kept[key] = thing
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return thing
