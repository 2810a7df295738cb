"""What the confidence of one code says about that of another, whatever the classifier thinks.

A companion never ranks above the code it accompanies: "chronic back pain" is M54.9 with G89.29, the
site of the pain first (I.C.6.b.1.b). Of two codes that cannot both be right – one says less than the
other (I.B.2), or an Excludes1 note parts them (I.A.12.a) – the confidences add up to 1 at most. What
the guidelines take as linked is coded as one: hypertension and heart failure are I11.0 (I.A.15).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from suggester.candidates.combinations import assumed_link
from suggester.candidates.exclusions import Exclusions
from suggester.candidates.mentions import Candidate
from suggester.candidates.past import CHRONIC

#: Examinations without and with abnormal findings.
_EXAMINATIONS = (("Z00.00", "Z00.01"), ("Z00.129", "Z00.121"))
#: Combinations beside which the infection is coded as well (Tabular List: code also).
_CODED_BESIDE = re.compile(r"J44\.0")
#: Statuses, causes and the like are no findings of an examination.
_KNOWN = re.compile(r"[VWXYZ]|F|I1|E78|E11|M81|K21|J45")
_FINDING = 0.5
#: Share of the certainty of a condition that what is coded beside it has.
_BESIDE = 0.95
#: Diabetes with hyperglycemia is coded beside its other complications (I.C.4.a).
_COMPLICATED = re.compile(r"E(?:08|09|1[0-3])\.65")
#: Conditions of a pregnancy that lasts or ends in a delivery, beside which weeks and outcome are coded.
_OF_PREGNANCY = re.compile(r"O(?:09|[1-7]\d|8[028]|9[89A])")
_OF_CHILDBIRTH = re.compile(
    r"O(?:6[1-9]|60\.[12]|7[0-7]|8[02]|10\.\d2|1[1346]\.\d?4$|15\.1|24\.\d2|25\.2|26\.\d2|9[89]\.\d2|99\.\d+4$)"
)
#: What is coded beside a condition, where the note tells it.
_CODED_WITH = (
    ("Z3A", _OF_PREGNANCY),
    ("Z37", _OF_CHILDBIRTH),
    ("Z68", re.compile(r"E66")),
    ("Z96.6", re.compile(r"Z47\.1")),
    ("Z79.4", re.compile(r"E(?:08|09|11|13)")),
)
Floats = npt.NDArray[np.float64]
#: Confidence from which a code can hold another back.
_LEAST = 0.2


def hold_back(
    candidates: Sequence[Candidate], confidence: Floats, exclusions: Exclusions
) -> Floats:
    """Return the confidence of each candidate after what the others say; shape (candidates,)."""
    confidence = _examined(candidates, _linked(candidates, confidence))
    beaten = _rivals_only(candidates, confidence)
    confidence = _exclusive(
        candidates, _accompanying(candidates, confidence, exclusions), exclusions, beaten
    )
    return _told_beside(candidates, confidence)


def _linked(candidates: Sequence[Candidate], confidence: Floats) -> Floats:
    """Let a combination that the guidelines assume be as certain as what makes it one.

    With the heart failure goes I11.0, wherever the note names the hypertension, in place of I10. Where
    the heart failure is doubtful, the combination is as well: both are coded (I.C.9.a.1), or neither.
    """
    out = confidence.copy()
    place = {candidate.code: i for i, candidate in enumerate(candidates)}
    category: dict[str, float] = defaultdict(float)
    for candidate, value in zip(candidates, confidence.tolist(), strict=True):
        category[candidate.code[:3]] += value
    for i, candidate in enumerate(candidates):
        base, *added = candidate.parts or ("",)
        if not added:
            continue
        assumed = assumed_link(candidate.code, base)
        if assumed or _CODED_BESIDE.match(candidate.code):
            surest = min(category[part[:3]] for part in added)
            if surest < out[i]:
                out[i] = np.sqrt(surest * out[i])
        if not assumed:
            continue
        certain = min(
            (float(confidence[place[part]]) for part in added if part in place), default=0
        )
        if certain > out[i]:
            out[i] = certain
        if base in place and not _COMPLICATED.match(base):
            out[place[base]] = min(out[place[base]], 1.0 - out[i])
    return out


def _examined(candidates: Sequence[Candidate], confidence: Floats) -> Floats:
    """Let an examination be one with abnormal findings as surely as one is found (I.C.21.c.13).

    What the patient is known to have, and is well controlled, is none.
    """
    place = {candidate.code: i for i, candidate in enumerate(candidates)}
    found = max(
        (
            float(value)
            for candidate, value in zip(candidates, confidence, strict=True)
            if not _KNOWN.match(candidate.code) and not CHRONIC.match(candidate.code)
        ),
        default=0.0,
    )
    out = confidence.copy()
    for normal, abnormal in _EXAMINATIONS:
        if normal in place and abnormal in place and found >= _FINDING:
            total = max(confidence[place[normal]], confidence[place[abnormal]])
            out[place[abnormal]], out[place[normal]] = total * found, total * (1.0 - found)
    return out


def _told_beside(candidates: Sequence[Candidate], confidence: Floats) -> Floats:
    """Let what the note tells for a code be as certain as the code that it is coded beside.

    Weeks go with every code of a pregnancy (I.C.21.c.11), the outcome with every delivery (I.C.15.b.4), the
    body mass index with every weight diagnosis (I.B.14), the joint with its aftercare (Tabular List, Z47.1),
    insulin with every diabetes but that of type 1 (I.C.4.a.3).
    """
    out = confidence.copy()
    for beginning, beside in _CODED_WITH:
        certain = max(
            (
                float(value)
                for candidate, value in zip(candidates, confidence, strict=True)
                if beside.match(candidate.code)
            ),
            default=0.0,
        )
        told = [i for i, candidate in enumerate(candidates) if candidate.code.startswith(beginning)]
        if told:
            best = max(told, key=lambda i: (confidence[i], candidates[i].code))
            out[best] = max(out[best], _BESIDE * certain)
    return out


def _rivals_only(candidates: Sequence[Candidate], confidence: Floats) -> frozenset[int]:
    """Return the numbers of codes that are but rivals of a more certain reading of the same words."""
    best: dict[tuple[int, int], float] = {}
    for candidate, value in zip(candidates, confidence.tolist(), strict=True):
        for m in candidate.mentions:
            if m.rank == 0 and not m.companion:
                place = (m.term.start, m.term.end)
                best[place] = max(best.get(place, 0.0), value)
    return frozenset(
        i
        for i, candidate in enumerate(candidates)
        if not candidate.rule
        and all(
            m.rank > 0 and best.get((m.term.start, m.term.end), 0.0) > confidence[i]
            for m in candidate.mentions
        )
    )


def _accompanying(
    candidates: Sequence[Candidate], confidence: Floats, exclusions: Exclusions
) -> Floats:
    """Limit each companion's confidence to that of the best code it accompanies.

    A code that says more stands in for the one accompanied: stage 4 goes with I13.0 as with I12.9.
    """
    told = {
        (m.term.start, m.term.end)
        for candidate in candidates
        for m in candidate.mentions
        if m.companion
    }
    strong = [(candidates[i].code, float(confidence[i])) for i in _strong(confidence)]
    leads: dict[tuple[int, int], float] = {}
    for candidate, value in zip(candidates, confidence.tolist(), strict=True):
        led = {
            (m.term.start, m.term.end)
            for m in candidate.mentions
            if not m.companion and m.rank == 0
        } & told
        if led:
            more = [v for code, v in strong if exclusions.says_less(candidate.code, [code])]
            value = max([value, *more])
        for place in led:
            leads[place] = max(leads.get(place, 0.0), value)
    out = confidence.copy()
    for i, candidate in enumerate(candidates):
        if candidate.rule or not all(m.companion for m in candidate.mentions):
            continue
        bounds = [leads.get((m.term.start, m.term.end)) for m in candidate.mentions]
        known = [bound for bound in bounds if bound is not None]
        if known:
            out[i] = min(out[i], max(known) - 1e-6)
    return out


def _exclusive(
    candidates: Sequence[Candidate],
    confidence: Floats,
    exclusions: Exclusions,
    beaten: frozenset[int],
) -> Floats:
    """Let what cannot both be right share one certainty.

    What says less gives way to what says more, unless that is but a rival of its own words.
    """
    out = confidence.copy()
    strong = sorted(_strong(confidence), key=lambda i: -confidence[i])
    for place, i in enumerate(strong):
        code = candidates[i].code
        for j in strong[:place]:
            other = candidates[j].code
            if exclusions.excludes(code, [other]) or exclusions.excludes(other, [code]):
                out[i] = min(out[i], 1.0 - out[j])
        for j in strong:
            if j != i and exclusions.says_less(code, [candidates[j].code]):
                last, first = (j, i) if j in beaten else (i, j)
                out[last] = min(out[last], 1.0 - confidence[first])
    return out


def _strong(confidence: Floats) -> list[int]:
    """Return the numbers of the candidates that can hold another back."""
    found: list[int] = np.flatnonzero(confidence >= _LEAST).tolist()
    return found
