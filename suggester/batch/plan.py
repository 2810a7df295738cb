"""What a run was begun with: its inputs, model, code sets and settings, and where another differs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suggester import __version__
from suggester.batch.coding import CodingOptions
from suggester.corpus.text_files import named, opened
from suggester.engine.elsewhere import EngineSource, code_sets_in_force

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Input:
    """A file of notes: name, size and SHA-256 of its bytes."""

    path: Path
    bytes: int
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, without the folder the file is in."""
        return {"name": self.path.name, "bytes": self.bytes, "sha256": self.sha256}


def examine(paths: Sequence[Path], progress: Callable[[int, int], None]) -> list[Input]:
    """Return what tells the files from others; ``progress`` is told bytes read, and of how many.

    Raises
    ------
    InputError
        One cannot be read.
    """
    total = sum(_size(path) for path in paths)
    read = 0
    out = []
    for path in paths:
        digest = hashlib.sha256()
        size = 0
        with opened(path) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
                progress(read + size, total)
        read += size
        out.append(Input(path, size, digest.hexdigest()))
    return out


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def plan_of(
    inputs: Sequence[Input], source: EngineSource, options: CodingOptions, partition: int
) -> dict[str, Any]:
    """Return everything that the content of a part depends on, as JSON."""
    return {
        "inputs": [one.to_dict() for one in inputs],
        "model": {"name": source.folder.name, "manifest_sha256": source.digest},
        "code_sets": code_sets_in_force() | {"icd10cm": source.release},
        "settings": {
            "partition": partition,
            "format": options.format,
            "systems": list(options.systems),
            "top_k": options.top_k,
            "rules_sha256": source.site_digest,
        },
        "suggester": __version__,
    }


def difference(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say in words what differs between two plans; empty where nothing does."""
    said = [
        *_of_inputs(then.get("inputs", []), now["inputs"]),
        *_of_model(then.get("model", {}), now["model"]),
    ]
    for name, release in now["code_sets"].items():
        before = then.get("code_sets", {}).get(name)
        if before != release:
            said.append(f"the release of {name} was {before} and is {release}")
    for name, value in now["settings"].items():
        before = then.get("settings", {}).get(name)
        if before != value:
            said.append(_setting(name, before, value))
    if then.get("suggester") != now["suggester"]:
        said.append(f"suggester was {then.get('suggester')} and is {now['suggester']}")
    return "; ".join(said)


def _of_inputs(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[str]:
    if [one.get("sha256") for one in then] == [one["sha256"] for one in now]:
        return []
    names = [one.get("name") for one in then]
    if names == [one["name"] for one in now]:
        changed = [
            str(a["name"]) for a, b in zip(now, then, strict=True) if a["sha256"] != b.get("sha256")
        ]
        return [f"{named(Path(changed[0]))} has changed since"]
    listed = ", ".join(named(Path(str(name))) for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return [f"the inputs were {listed}{more}"]


def _of_model(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    if then.get("manifest_sha256") == now["manifest_sha256"]:
        return []
    if then.get("name") == now["name"]:
        return [f"the model {now['name']} has changed since"]
    return [f"the model was {then.get('name')} and is {now['name']}"]


def _setting(name: str, before: Any, value: Any) -> str:
    if name == "rules_sha256":
        return "the rules of the site (--rules) are others"
    said = [" ".join(one) if isinstance(one, list) else one for one in (before, value)]
    option = {"systems": "system", "top_k": "top-k"}.get(name, name)
    return f"--{option} was {said[0]} and is {said[1]}"
