"""Several processes behind one port: what ``suggester serve --workers`` hands to each."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suggester.web.house import House
    from suggester.web.settings import Settings

#: Makes the app in each worker.
WORKER = "suggester.web.factory:worker"


@contextlib.contextmanager
def several(settings: Settings, house: House, workers: int) -> Iterator[dict[str, Any]]:
    """Yield what uvicorn is told beside the app; workers read the settings from the environment.

    They share a folder for their figures, which is removed at the end.
    """
    if workers == 1:
        yield {}
        return
    from suggester.web.factory import TOLD

    told = {"hosts": house.hosts, "private": house.private, "secure": house.secure}
    with tempfile.TemporaryDirectory(prefix="suggester-metrics-") as folder:
        os.environ |= {
            "SUGGESTER_DATABASE": settings.database,
            "SUGGESTER_MODEL": settings.model,
            "SUGGESTER_LOG_REQUESTS": str(settings.log_requests),
            "PROMETHEUS_MULTIPROC_DIR": folder,
            TOLD: json.dumps(told),
        }
        if settings.rules is not None:
            os.environ["SUGGESTER_RULES"] = str(settings.rules)
        yield {"workers": workers, "factory": True}
