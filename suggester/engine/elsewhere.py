"""The same engine in another process: what it is loaded from, and one of it in each process."""

from __future__ import annotations

import datetime
import gc
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from suggester.errors import ModelError, UnknownModelError

if TYPE_CHECKING:
    from suggester.edits.coding.site_rules import SiteRules
    from suggester.engine.suggester import Suggester


@dataclass(frozen=True, slots=True)
class EngineSource:
    """What an engine is loaded from, so that another process, or computer, loads the same.

    Attributes
    ----------
    model, folder
        Name of the model as it was given, and its folder here.
    digest
        SHA-256 of the manifest of the model, which holds those of its files.
    release
        Release of ICD-10-CM.
    site
        Rules of the site; they travel, since their file need not be everywhere.
    site_digest
        SHA-256 of that file, empty where there is none.
    """

    model: str
    folder: Path
    digest: str
    release: str
    site: SiteRules | None = field(default=None, compare=False, repr=False)
    site_digest: str = ""

    @classmethod
    def of(
        cls, model: str | Path = "default", release: str | None = None, rules: Path | None = None
    ) -> EngineSource:
        """Return the source of what :meth:`~suggester.engine.Suggester.load` loads.

        Raises
        ------
        ModelError
            The bundle is missing or damaged.
        InputError
            The release is not installed, or the file of site rules cannot be used.
        """
        from suggester.codes.installed import find_release, release_for
        from suggester.edits.coding.site_rules import read_site_rules
        from suggester.models import find_model, verify

        folder = find_model(model).resolve()
        verify(folder)
        return cls(
            str(model),
            folder,
            _digest(folder),
            (release_for() if release is None else find_release(release)).name,
            None if rules is None else read_site_rules(rules),
            "" if rules is None else hashlib.sha256(rules.read_bytes()).hexdigest(),
        )

    @classmethod
    def of_engine(cls, suggester: Suggester) -> EngineSource:
        """Return the source of an engine without rules of a site."""
        folder = suggester.model.folder.resolve()
        return cls(suggester.model.name, folder, _digest(folder), suggester.codes.release.name)


#: Objects made since the garbage was last looked for, from which on it is looked for again.
_GARBAGE = (50_000, 20, 20)
_here: dict[EngineSource, Suggester] = {}
_one_at_a_time = threading.Lock()


@contextmanager
def engine_here(source: EngineSource) -> Iterator[Suggester]:
    """Lend the engine of this process, loaded when it is first asked for, to one thread at a time.

    Raises
    ------
    ModelError
        This computer does not have the model, or has another one of its name.
    CodeSetError
        A code-set release is damaged.
    InputError
        The release of ICD-10-CM is not installed.
    """
    from suggester.engine.suggester import Suggester

    with _one_at_a_time:
        if source not in _here:
            _here.clear()
            folder = _same_model(source)
            _here[source] = Suggester.load(folder, source.release, source.site)
        with _garbage_seldom(), _here[source].forgetting():
            yield _here[source]


@contextmanager
def _garbage_seldom() -> Iterator[None]:
    """Look for garbage seldom: a note leaves much behind, nearly all of which goes by itself."""
    before = gc.get_threshold()
    gc.set_threshold(*_GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def code_sets_in_force() -> dict[str, str]:
    """Return the releases that notes are coded with today, and all NCCI editions, by name."""
    from suggester.codes.flat_installed import flat_status_on
    from suggester.codes.flat_set import FLAT_SYSTEMS
    from suggester.codes.installed import release_for
    from suggester.edits.installed import installed_releases

    today = datetime.date.today()
    found = {"icd10cm": release_for(today).name}
    for system in FLAT_SYSTEMS:
        release = flat_status_on(system, today).release
        found[system] = "none" if release is None else release.name
    found["ncci"] = " ".join(release.name for release in installed_releases()) or "none"
    return found


def _same_model(source: EngineSource) -> Path:
    from suggester.models import find_model

    folders = [source.folder]
    with suppress(UnknownModelError):
        folders.append(find_model(source.model))
    for folder in folders:
        if _digest(folder) == source.digest:
            return folder
    raise ModelError(
        f"A worker does not have the model {source.model}, or has another one of that name; put "
        f"its folder at {source.folder} on every machine of the cluster."
    )


def _digest(folder: Path) -> str:
    from suggester.models import MANIFEST

    try:
        return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return ""
