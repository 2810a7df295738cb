"""A Dask cluster: connected to, checked, and made the place where joblib does its work."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from suggester.errors import ClusterError

#: Seconds in which a scheduler answers, and a first worker is there.
PATIENCE = 10
#: Packages whose version can change a result, or what processes send to each other.
_PACKAGES = (
    "scikit-learn", "numpy", "scipy", "spacy", "joblib", "cloudpickle", "dask", "distributed",
)  # fmt: skip
_ADDRESS = re.compile(r"(tcp|tls)://(?:[^\s:/]+|\[[0-9a-fA-F:.]+\]):\d+")


@contextmanager
def connected(scheduler: str, report: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Let joblib use the workers of a scheduler; the connection ends with the block.

    Raises
    ------
    ClusterError
        Dask is not installed, nothing answers, no worker is there, or one has other software.
    """
    try:
        import dask
        from dask.distributed import Client
    except ImportError:
        raise ClusterError(
            "--engine dask needs Dask, which is not installed: pip install 'suggester[dask]'"
        ) from None
    from joblib import parallel_config

    _check_address(scheduler)
    # What Dask has to say of what it lost is said here, in a sentence and without a traceback.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
    # Notes are large for what Dask calls a graph, and known to be.
    quiet = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
    with dask.config.set(quiet):
        try:
            client: Any = Client(scheduler, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
        except OSError:
            raise ClusterError(
                f"No Dask scheduler answers at {scheduler}; start one with: dask scheduler, and "
                f"workers with: dask worker {scheduler} --nthreads 1"
            ) from None
        with client:
            _check_workers(client, scheduler, report)
            with parallel_config(backend=_backend(client)):
                yield


def _check_address(scheduler: str) -> None:
    found = _ADDRESS.fullmatch(scheduler)
    if not found:
        raise ClusterError(
            f"{scheduler[:80]!r} is not the address of a scheduler, such as tcp://127.0.0.1:8786."
        )
    if found[1] == "tls":
        from distributed.security import Security

        try:
            known = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
        except (OSError, ValueError):
            known = {}
        if known.get("ssl_context") is None:
            raise ClusterError(
                f"{scheduler} needs certificates that can be read: set distributed.comm.tls in "
                "Dask's configuration, as its documentation on TLS says."
            )


def _check_workers(client: Any, scheduler: str, report: Callable[[str], None]) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise ClusterError(
            f"The scheduler at {scheduler} has no workers; start them with: dask worker {scheduler} "
            "--nthreads 1"
        ) from None
    here = about()
    for address, there in sorted(client.run(about, on_error="return").items()):
        if not isinstance(there, Mapping):
            raise ClusterError(
                f"The worker {address} cannot load suggester; install the same version of it on "
                "every machine of the cluster."
            )
        for name, mine in here.items():
            if there.get(name) != mine:
                raise ClusterError(
                    f"The worker {address} has {name} {there.get(name)}, this computer {mine}; "
                    "install the same on every machine of the cluster."
                )
    threads = client.nthreads()
    several = sum(number > 1 for number in threads.values())
    if several:
        report(
            f"{several} of {len(threads)} workers have several threads, of which one is used at a "
            "time to read notes; start workers with --nthreads 1, and more of them."
        )


def about() -> dict[str, str]:
    """Return what must be the same in all processes: versions, and the code sets in force today."""
    import platform

    from suggester import __version__
    from suggester.engine.elsewhere import code_sets_in_force

    found = {"suggester": __version__, "Python": platform.python_version().rpartition(".")[0]}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found | code_sets_in_force()


def _backend(client: Any) -> Any:
    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):  # type: ignore[misc]
        """joblib's backend, which ends instead of waiting for ever for what a worker took with it."""

        is_cluster = True

        def effective_n_jobs(self, n_jobs: int) -> int:
            """Return the threads of all workers; never 1, which joblib would do in this process."""
            try:
                threads: int = super().effective_n_jobs(n_jobs)
            except (OSError, TimeoutError):
                raise ClusterError(
                    "The Dask scheduler no longer answers, or has no workers any more."
                ) from None
            return max(2, threads)

        def submit(self, func: Any, callback: Callable[[Any], None]) -> Any:
            """Give out a task; its callback is also told of a failure of the cluster itself."""
            future = super().submit(func, callback)

            def tell(done: Any) -> None:
                if (error := done.exception()) is not None:
                    callback(error)

            future.add_done_callback(tell)
            return future

    return Backend(client=client)
