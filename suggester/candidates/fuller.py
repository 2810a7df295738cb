"""What one place of a note says about the same condition at another.

A conclusion in short has its full name elsewhere ("discitis", "lumbar discitis"); what is probable in
the impression is no more certain in the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.candidates.mentions import keep
from suggester.preprocess.assertion import HISTORICAL, PRESENT, UNCERTAIN
from suggester.preprocess.term_index import GENERATED
from suggester.preprocess.wording import normal_form

if TYPE_CHECKING:
    from suggester.candidates.exclusions import Exclusions
    from suggester.candidates.mentions import Mention
    from suggester.codes import CodeSet

_CONCLUDING = frozenset({"assessment", "assessment_plan", "diagnosis", "preop_diagnosis"})
#: Sections whose words are no account of what the patient has now.
_APART = frozenset({"family_history", "pmh", "psh", "ros", "social_history", "preop_diagnosis"})
_PLANNING = frozenset({"plan", "instructions"})
_LINKS = frozenset(map(normal_form, "status post history of after following".split()))
#: Forms of one word that the index keeps apart.
_SAME = {normal_form(word): normal_form("fall") for word in ("fell", "falling", "fallen")}
#: Diseases of which dementia is a part: Alzheimer's, Pick's, Lewy bodies, Parkinson's.
_DEMENTING = ("G30", "G31.0", "G31.83", "G20")
_NEPHROPATHY = re.compile(r"E(?:0[89]|1[013])\.21")
#: Diabetes with a complication other than high or low sugar, and the word for high sugar.
_COMPLICATED = re.compile(r"E(?:08|09|1[013])\.(?:[2-5]|61|62)")
_HIGH = normal_form("hyperglycemia")
#: Words that say diabetes to be neither of type 1 nor of type 2.
_OTHER = frozenset(
    map(normal_form, "other specified secondary 3c postpancreatectomy mody monogenic".split())
)
#: Most words that may stand between those of a full name: an adjective, not half a sentence.
_NEXT_TO = 1
#: More full names than this are names of several conditions.
_MOST = 2


def name_in_full(found: dict[str, list[Mention]], exclusions: Exclusions) -> None:
    """Let a conclusion in short speak for the code of its full name, and behind it for its own.

    Only where the code of the short name says less than that of the full one, whose words hold
    those of the short one: coders code to the highest certainty the record supports (I.B.2).
    """
    fuller: dict[str, list[Mention]] = {}
    for code, mentions in found.items():
        named = [m for m in mentions if _names(m._replace(companion=False), _APART)]
        if named:
            fuller[code] = named
    for code in list(fuller):
        more = [other for other in fuller if exclusions.says_less(code, [other])]
        if not more:
            continue
        for place, mention in enumerate(found[code]):
            if mention.sentence.section.kind not in _CONCLUDING or not _names(mention, frozenset()):
                continue
            full = {
                other: best.chosen
                for other in more
                for best in _said_with(mention, fuller[other])
                if not _here(mention, found[other])
            }
            if not 0 < len(full) <= _MOST:
                continue
            for other, chosen in full.items():
                found[other].append(mention._replace(chosen=chosen, placed=True))
            found[code][place] = mention._replace(rank=1)


def take_type_of_diabetes(found: dict[str, list[Mention]], codes: CodeSet) -> None:
    """Let "diabetic" be of type 1 where the note calls the diabetes so, and nowhere type 2.

    Of no type at all, as in "diabetes mellitus with hyperglycemia", it is of type 2 (I.C.4.a.2).
    """
    told_other = any(
        not mention.term.words.isdisjoint(_OTHER)
        for code, mentions in found.items()
        if code.startswith(("E08", "E09", "E13"))
        for mention in mentions
    )
    for code in [code for code in found if code.startswith("E13") and not told_other]:
        typed = f"E11{code[3:]}"
        untyped = [
            m for m in found[code] if m.kind == GENERATED and m.term.words.isdisjoint(_OTHER)
        ]
        if untyped and typed in codes and codes.is_billable(typed):
            found[typed].extend(m._replace(chosen=m.chosen._replace(code=typed)) for m in untyped)
            keep(found, code, [m for m in found[code] if m not in untyped])
    ones, twos = (
        any(
            number in mention.term.words
            and mention.term.gap <= _NEXT_TO
            and mention.assertion.kind == PRESENT
            for code, mentions in found.items()
            if code.startswith(kind)
            for mention in mentions
        )
        for kind, number in (("E10", "1"), ("E11", "2"))
    )
    if not ones or twos:
        return
    for code in [code for code in found if code.startswith("E11")]:
        typed = f"E10{code[3:]}"
        if typed in codes and codes.is_billable(typed):
            mentions = found.pop(code)
            found[typed].extend(m._replace(chosen=m.chosen._replace(code=typed)) for m in mentions)


def take_elsewhere(found: dict[str, list[Mention]], exclusions: Exclusions, codes: CodeSet) -> None:
    """Let what one place says count at the others: names in full, doubt, type and cause."""
    name_in_full(found, exclusions)
    keep_in_doubt(found)
    take_type_of_diabetes(found, codes)
    name_cause_of_dementia(found, codes)
    name_kidney_of_diabetes(found)
    name_hyperglycemia(found)


def name_cause_of_dementia(found: dict[str, list[Mention]], codes: CodeSet) -> None:
    """Let dementia be that of the disease of the brain that the note names (index: Dementia, in, with).

    Where one place says both, its words have the code already.
    """
    if any(code.startswith("F02") for code in found) or not any(
        mention.rank == 0 and mention.assertion.kind in {PRESENT, HISTORICAL}
        for code, mentions in found.items()
        if code.startswith(_DEMENTING)
        for mention in mentions
    ):
        return
    for code in [code for code in found if code.startswith("F03")]:
        caused = f"F02{code[3:]}"
        if caused in codes and codes.is_billable(caused):
            mentions = found.pop(code)
            found[caused].extend(
                m._replace(chosen=m.chosen._replace(code=caused)) for m in mentions
            )


def name_kidney_of_diabetes(found: dict[str, list[Mention]]) -> None:
    """Let diabetic nephropathy be diabetic chronic kidney disease where the note names that as well."""
    chronic = any(
        mention.is_meant
        for code, mentions in found.items()
        if code.startswith("N18")
        for mention in mentions
    )
    for code in [code for code in found if chronic and _NEPHROPATHY.fullmatch(code)]:
        whole = f"{code[:-1]}2"
        mentions = found.pop(code)
        found[whole].extend(m._replace(chosen=m.chosen._replace(code=whole)) for m in mentions)


def name_hyperglycemia(found: dict[str, list[Mention]]) -> None:
    """Let diabetes with a complication be with hyperglycemia as well, where its problem says that too.

    "Type 2 DM with CKD 3a, on insulin, with hyperglycemia" is E11.22 and E11.65 (I.C.4.a).
    """
    high = {
        mention.sentence.block
        for mention in found.get("R73.9", ())
        if mention.is_meant and _HIGH in mention.term.words
    }
    for code in [code for code in found if high and _COMPLICATED.match(code)]:
        said = f"{code[:3]}.65"
        for mention in found[code]:
            if mention.is_meant and mention.sentence.block in high and not mention.companion:
                chosen = mention.chosen._replace(code=said)
                found[said].append(mention._replace(chosen=chosen, placed=True))


def keep_in_doubt(found: dict[str, list[Mention]]) -> None:
    """Let the plan name in doubt what the conclusion does: "sleep study to evaluate sleep apnea"."""
    for mentions in found.values():
        concluding = [m for m in mentions if m.sentence.section.kind in _CONCLUDING and m.rank == 0]
        doubt = next((m.assertion for m in concluding if m.assertion.kind == UNCERTAIN), None)
        if doubt is None or any(m.assertion.kind == PRESENT for m in concluding):
            continue
        for place, mention in enumerate(mentions):
            if mention.sentence.section.kind in _PLANNING and mention.assertion.kind == PRESENT:
                mentions[place] = mention._replace(assertion=doubt)


def _names(mention: Mention, apart: frozenset[str]) -> bool:
    return (
        mention.is_outright
        and mention.term.gap <= _NEXT_TO
        and not mention.placed
        and mention.sentence.section.kind not in apart
    )


def _said_with(mention: Mention, others: list[Mention]) -> Iterator[Mention]:
    """Yield the first mention elsewhere that has all words of ``mention``, and more."""
    words = _meant(mention.term.words)
    for other in others:
        if other.term.start != mention.term.start and words < _meant(other.term.words):
            yield other
            return


def _meant(words: frozenset[str]) -> frozenset[str]:
    return frozenset(_SAME.get(word, word) for word in words - _LINKS)


def _here(mention: Mention, others: list[Mention]) -> bool:
    """Whether the same words already speak for the other code."""
    return any(other.term.start == mention.term.start and other.rank == 0 for other in others)
