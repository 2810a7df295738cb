"""The desk follows the model in use: whoever promoted one, every process suggests with it soon after."""

from __future__ import annotations

import logging
import threading
import time

from suggester.errors import SuggesterError
from suggester.models import load_model
from suggester.review.database import DatabaseError
from suggester.review.desk import Desk
from suggester.review.models_in_use import ModelsInUse

#: Seconds until a model that could not be loaded is tried again.
_PATIENCE = 60.0
#: Seconds until a process looks again: not with every request.
_PAUSE = 1.0
_log = logging.getLogger("suggester.web")


class Succession:
    """Looks which model is in use, and lets the desk change to it without keeping anyone waiting."""

    def __init__(self, desk: Desk, in_use: ModelsInUse) -> None:
        self._desk, self._in_use = desk, in_use
        self._lock = threading.Lock()
        self._loading: threading.Thread | None = None
        self._name = in_use.first
        self._failed: tuple[str, float, str] | None = None
        self._looked = -_PAUSE

    @property
    def failure(self) -> str:
        """Why the model in use cannot be used by this process; empty where it can."""
        return "" if self._failed is None else self._failed[2]

    def glance(self) -> None:
        """Look, unless that was done within the last second."""
        moment = time.monotonic()
        if moment - self._looked >= _PAUSE:
            self._looked = moment
            self.look()

    def look(self) -> None:
        """Begin to load the model in use where the desk has another; one query of one row."""
        try:
            current = self._in_use.current()
        except DatabaseError:
            return
        name = self._in_use.first if current is None else current.model
        if name == self._name:
            self._failed = None
            return
        if self._has_failed(name):
            return
        with self._lock:
            if self._loading is None or not self._loading.is_alive():
                self._loading = threading.Thread(target=self._load, args=(name,), daemon=True)
                self._loading.start()

    def settle(self) -> None:
        """Look, and wait until what has to be loaded is."""
        self.look()
        thread = self._loading
        if thread is not None:
            thread.join()

    def _load(self, name: str) -> None:
        try:
            self._desk.use(load_model(name))
        except SuggesterError as error:
            self._failed = (name, time.monotonic(), str(error))
            _log.error("the model in use cannot be loaded: %s", error)
        else:
            self._name, self._failed = name, None

    def _has_failed(self, name: str) -> bool:
        if self._failed is None or self._failed[0] != name:
            return False
        return time.monotonic() - self._failed[1] < _PATIENCE
