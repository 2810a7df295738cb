"""Every failure a user can cause, each a sentence that says what is wrong and how to mend it.

Messages never contain note text: they name files, line numbers, note ids, codes and settings.
"""

from __future__ import annotations


class SuggesterError(Exception):
    """A failure with one clear sentence; the base of all errors the project raises on purpose."""

    code = "failure"
    exit_code = 1


class InputError(SuggesterError):
    """What was given cannot be used: a file, a note, an option value."""

    code = "bad_input"
    exit_code = 2


class UnknownCodeError(InputError):
    """A code that the loaded code set does not hold."""

    code = "unknown_code"


class UnknownSystemError(InputError):
    """A code system the project does not know."""

    code = "unknown_system"


class CodeSetError(SuggesterError):
    """A code-set release that cannot be read, compiled or found."""

    code = "code_set"


class ModelError(SuggesterError):
    """A model bundle that is missing, damaged or made by incompatible software."""

    code = "model"


class UnknownModelError(ModelError):
    """A model name or path with nothing behind it."""

    code = "unknown_model"
    exit_code = 2


class OutputError(SuggesterError):
    """A result that could not be written."""

    code = "output"


class WorkerError(SuggesterError):
    """Processes that were at work and ended before it was done."""

    code = "workers"


class ClusterError(WorkerError):
    """A cluster that cannot be reached, or whose workers cannot do the work."""

    code = "cluster"


def place_of_failure(error: BaseException) -> str:
    """Return where in the project an error came from: `` in suggester.engine, line 7``, or nothing.

    What its message says is left out: it could hold note text.
    """
    place = ""
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if str(module).startswith("suggester"):
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
