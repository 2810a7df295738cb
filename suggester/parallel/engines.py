"""Where parallel work is done: in processes of this computer, or on the workers of a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from suggester.errors import InputError

LOCAL, DASK = "local", "dask"
ENGINES = (LOCAL, DASK)
#: Warnings of joblib's that tell nothing: a process that loads an engine grows by what is taken for a
#: leak, and is begun anew; and of an interrupted run, results are not used.
_EXPECTED = ("A worker stopped while some jobs were given", r"\d+ tasks (have been|which were) ")


#: Seconds after which a worker looks again whether its parent is there.
_LOOKED = 2.0


@contextmanager
def using(
    engine: str = LOCAL,
    scheduler: str | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Do what :func:`suggester.parallel.spread` is given with one engine.

    Parameters
    ----------
    engine
        One of :data:`ENGINES`.
    scheduler
        Address of the scheduler of a Dask cluster: ``tcp://HOST:PORT``, or ``tls://HOST:PORT``.
    report
        Called with a sentence about workers that will not be put to full use.

    Raises
    ------
    InputError
        The engine is unknown, or lacks a scheduler, or has one that it does not need.
    ClusterError
        The scheduler or its workers cannot be used.
    """
    if engine not in ENGINES:
        raise InputError(f"There is no engine {engine[:40]!r}; known: {', '.join(ENGINES)}.")
    for expected in _EXPECTED:
        warnings.filterwarnings("ignore", message=expected)
    if engine == LOCAL:
        if scheduler is not None:
            raise InputError("--scheduler is for a Dask cluster; give --engine dask as well.")
        with _local():
            yield
        return
    if not scheduler:
        raise InputError(
            "--engine dask needs the address of the scheduler, such as "
            "--scheduler tcp://127.0.0.1:8786."
        )
    from suggester.parallel.dask_cluster import connected

    with connected(scheduler, report):
        yield


@contextmanager
def _local() -> Iterator[None]:
    from joblib import parallel_config

    with parallel_config(backend="loky", initializer=partial(_belong_to, os.getpid())):
        yield


def _belong_to(parent: int) -> None:
    """Leave interrupts to the parent, and end with it, however it ends."""
    # Ctrl-C reaches all processes of a terminal; the parent ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    # A parent that was killed tells nobody: its workers would wait for tasks for ever.
    while os.getppid() == parent:
        time.sleep(_LOOKED)
    os._exit(1)
