"""The cache: quick when sound, rebuilt when not, never a reason to fail."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

from suggester.codes import cache
from suggester.codes.cache import cache_folder, cached_columns, write_atomically
from suggester.codes.code_list import read_code_list
from suggester.codes.compilation import compile_columns
from suggester.codes.compiled import Columns
from suggester.codes.installed import Installed, _load, find_release
from suggester.codes.tabular import read_tabular
from tests.codes.tiny_release import old_tabular, order_file


def build() -> Columns:
    xml = old_tabular()
    code_list = read_code_list(order_file(xml), "order.txt")
    return compile_columns(read_tabular(xml, "tiny.xml"), code_list)


def refuse() -> Columns:
    raise AssertionError("the cache was not used")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUGGESTER_CACHE_DIR", str(tmp_path))
    return tmp_path / "codes"


def test_second_load_reads_what_the_first_wrote(folder: Path) -> None:
    first = cached_columns("tiny", build)
    assert cached_columns("tiny", refuse) == first
    assert [path.name for path in folder.iterdir()] == ["tiny-v1.json"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: b"not json\n" + data,
        lambda data: data[:-10],
        lambda data: data.replace(b"Typhoid", b"Typhoit"),
        lambda data: b"[]\n{}" + data[:0],
        lambda data: b'{"other": 1}\n' + data,
    ],
)
def test_damaged_file_is_built_again_with_a_warning(folder: Path, damage) -> None:  # type: ignore[no-untyped-def]
    first = cached_columns("tiny", build)
    path = folder / "tiny-v1.json"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.warns(UserWarning, match="is damaged"):
        assert cached_columns("tiny", build) == first
    assert cached_columns("tiny", refuse) == first


def test_columns_that_do_not_fit_together_are_refused(folder: Path) -> None:
    columns = build()
    columns.ends.pop()
    write_atomically(folder / "tiny-v1.json", cache._encode(columns))
    with pytest.warns(UserWarning, match="is damaged"):
        assert cached_columns("tiny", build).is_sound()


def test_unwritable_cache_costs_a_warning_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SUGGESTER_CACHE_DIR", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="could not be written") as caught:
        assert cached_columns("tiny", build).is_sound()
        assert cached_columns("other", build).is_sound()
    assert len(caught) == 1


def test_full_disk_leaves_no_partial_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.warns(UserWarning, match="No space left on device"):
        cached_columns("tiny", build)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\x93NUMPY", None])
def test_damaged_search_index_is_built_again(
    folder: Path, tmp_path: Path, data: bytes | None
) -> None:
    (tmp_path / "tabular.xml").write_bytes(old_tabular())
    (tmp_path / "codes.txt").write_bytes(order_file(old_tabular()))
    shipped = find_release("FY2026-04")
    tiny = Installed(
        "tiny",
        shipped.effective_from,
        None,
        tmp_path / "tabular.xml",
        tmp_path / "codes.txt",
    )
    assert _load.__wrapped__(tiny).search("typhoid")[0].code == "A01"
    [index] = folder.glob("*.npz")
    if data is None:
        # Sound arrays that do not belong together.
        import io

        import numpy as np

        with np.load(io.BytesIO(index.read_bytes())) as arrays:
            changed = {**arrays, "starts": arrays["starts"][:-1]}
        buffer = io.BytesIO()
        np.savez(buffer, **changed)
        data = buffer.getvalue()
    index.write_bytes(data)
    with pytest.warns(UserWarning, match="is damaged"):
        assert _load.__wrapped__(tiny).search("typhoid")[0].code == "A01"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _load.__wrapped__(tiny).search("tyfoid")[0].code == "A01"


def test_cache_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUGGESTER_CACHE_DIR")
    assert "suggester" in str(cache_folder())
    assert sys.modules["platformdirs"]
