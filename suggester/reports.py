"""What reports share: pictures drawn with matplotlib as SVG, and templates that escape every value."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

BLUE, ORANGE, GREY, INK = "#1f6391", "#c8641b", "#8a96a1", "#1d2733"
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.fonttype": "path",  # shapes only, so that no font is needed
    "svg.hashsalt": "suggester",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a data URI, with the words that stand for it."""

    uri: str
    alt: str
    caption: str


@contextmanager
def drawn(height: float, width: float = 7.2) -> Iterator[tuple[Figure, list[str]]]:
    """Give a figure to draw on, in inches, and a list that will hold its data URI."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as New

    out: list[str] = []
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that the font lacks are drawn as boxes
        figure = New(figsize=(width, height), layout="constrained")
        yield figure, out
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
        data = base64.b64encode(stream.getvalue()).decode("ascii")
        out.append(f"data:image/svg+xml;base64,{data}")


def short(name: str, most: int) -> str:
    """Return a name of at most so many letters, the last of a longer one an ellipsis."""
    return name if len(name) <= most else name[: most - 1].rstrip(" ,") + "…"


def templates(folder: Path) -> Environment:
    """Return the templates of a folder; a value they ask for must be there."""
    from jinja2 import Environment as New
    from jinja2 import FileSystemLoader, StrictUndefined

    return New(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
