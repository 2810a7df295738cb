"""What a process does once before its first request, so that no request waits for it."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from suggester.codes.flat_installed import load_flat
from suggester.encounter import Encounter

if TYPE_CHECKING:
    from suggester.review.desk import Desk

_NOTE = (
    "Impression: Gout, on allopurinol. Hypertension, at goal. X-ray of the left knee was obtained."
)
#: New objects until garbage is looked for: a request makes thousands, nearly all gone when it ends.
_NEW_OBJECTS = 50_000
#: Seconds until another thread is let in: a decision, which asks the database many short questions, is
#: not to wait the usual five milliseconds for each while a note is read beside it.
_SWITCH = 0.0005


def warm_up(desk: Desk) -> None:
    """Load what is loaded at first use, and keep the search for garbage out of it from then on."""
    encounter = Encounter.of_text(_NOTE)
    desk.suggest(encounter)
    desk.check(encounter, ("M10.9", "I10"))
    for system in ("cpt", "hcpcs", "icd10pcs"):
        flat = load_flat(system)
        if flat is not None:
            flat.search("knee", 1)
    desk.suggester.codes.search("knee", 1)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)
    sys.setswitchinterval(_SWITCH)
