"""Where parallel work is done: in processes of this computer, or on the workers of a Dask cluster."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from suggester.errors import InputError

LOCAL, DASK = "local", "dask"
ENGINES = (LOCAL, DASK)
#: Warnings of joblib's that tell nothing: a process that loads an engine grows by what is taken for a
#: leak, and is begun anew; and of an interrupted run, results are not used.
_EXPECTED = ("A worker stopped while some jobs were given", r"\d+ tasks (have been|which were) ")


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

    with parallel_config(backend="loky", initializer=_leave_interrupts_to_the_parent):
        yield


def _leave_interrupts_to_the_parent() -> None:
    # Ctrl-C reaches all processes of a terminal; the parent ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
