"""What a corpus teaches by counting: how common its codes are, and which of its words went with which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from suggester.candidates.learned import LEAST_KEPT, LEAST_KEPT_OF_PATIENTS, Learned, learn
from suggester.candidates.phrases import phrase_of
from suggester.corpus.gold import CodedEncounter
from suggester.preprocess.wording import key_of
from suggester.training.patients import FREQUENCY_FOLDS
from suggester.training.reading import Counted, wordings_of

if TYPE_CHECKING:
    from suggester.engine import LanguageSide

#: Share of the notes in which a marked phrase stood that had its code, by counts made in other notes.
LEAST_HELD = 0.5


def frequencies(
    labels: Iterable[Collection[str]],
) -> tuple[dict[str, float], dict[str, float]]:
    """Return for each code, and each category, the encounters of a thousand in which it is gold."""
    codes: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    total = 0
    for gold in labels:
        total += 1
        codes.update(set(gold))
        categories.update({code[:3] for code in gold})
    share = 1000.0 / max(1, total)
    return (
        {code: n * share for code, n in sorted(codes.items())},
        {code: n * share for code, n in sorted(categories.items())},
    )


def counted_in_folds(
    language: LanguageSide,
    corpus: Sequence[CodedEncounter],
    fold_of: Sequence[int],
    progress: Callable[[str, int, int], None],
    learn_wording: bool,
    habits: Sequence[bool] | None,
    rest: Sequence[Collection[str]],
    jobs: int,
) -> tuple[list[Counted], Learned]:
    """Return what each fold sees counted in the others, and what all notes taught together.

    Phrases that coders marked as evidence, and no lexicon knows, are looked for in all notes. One is kept for a code where
    notes of other folds had taught it and at least :data:`LEAST_HELD` of the notes it stood in had the
    code.
    """
    teachers = [n for n in range(len(corpus)) if learn_wording and (habits is None or habits[n])]
    # Notes with decisions were coded here, of patients; one note that came in twice teaches once.
    of_patients = any(corpus[n].decisions for n in teachers)
    least = LEAST_KEPT_OF_PATIENTS if of_patients else LEAST_KEPT
    marked = {n: _marked(corpus[n]) for n in teachers}
    often = _often(marked.values(), least)
    phrases = frozenset(p for p in often if not language.generator.is_term(p.split()))
    read = wordings_of(
        language,
        [corpus[number].encounter for number in teachers],
        jobs,
        lambda n: progress("looking up", n, len(teachers)),
        frozenset(key_of(phrase.split()) for phrase in phrases),
    )
    wordings = dict(zip(teachers, read, strict=True))
    if of_patients:
        wordings = {n: wordings[n] for n in _distinct(corpus, teachers)}

    def teach(numbers: Sequence[int], held: Mapping[str, Collection[str]] | None = None) -> Learned:
        mine = [n for n in numbers if n in wordings]
        known = phrases & _often((marked[n] for n in mine), least)
        left = phrases - known
        found = learn(((wordings[n] - left, set(corpus[n].codes)) for n in mine), least, known)
        return found if held is None else _only(found, held)

    counted: list[Counted] = []
    for k in range(FREQUENCY_FOLDS):
        others = [number for number, fold in enumerate(fold_of) if fold != k]
        gold = chain((corpus[number].codes for number in others), rest)
        counted.append((*frequencies(gold), teach(others)))
    held = _held(corpus, fold_of, wordings, [taught for _, _, taught in counted])
    return counted, teach(range(len(corpus)), held)


def _marked(coded: CodedEncounter) -> frozenset[str]:
    text = coded.encounter.text
    spans = {span for code in coded.codes for span in coded.evidence.get(code, ())}
    return frozenset(phrase_of(text[span.start : span.end]) for span in spans) - {""}


def _often(marked: Iterable[Collection[str]], least: int) -> frozenset[str]:
    """Return the phrases that were marked in at least ``least`` notes."""
    notes = Counter(chain.from_iterable(marked))
    return frozenset(phrase for phrase, number in notes.items() if number >= least)


def _held(
    corpus: Sequence[CodedEncounter],
    fold_of: Sequence[int],
    wordings: Mapping[int, frozenset[str]],
    taught: Sequence[Learned],
) -> dict[str, set[str]]:
    """Return phrase → codes to which it led out of fold, and rightly so in enough of the notes."""
    led: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for number, found in wordings.items():
        of_others = taught[fold_of[number]]
        for phrase in found & of_others.phrases:
            for code in of_others.codes(phrase):
                led[phrase, code].append(code in corpus[number].codes)
    held: dict[str, set[str]] = defaultdict(set)
    for (phrase, code), hits in led.items():
        if sum(hits) >= LEAST_HELD * len(hits):
            held[phrase].add(code)
    return held


def _only(taught: Learned, held: Mapping[str, Collection[str]]) -> Learned:
    """Return what was taught without the phrases, and codes of phrases, that did not hold up."""
    together = {
        words: {code: n for code, n in of.items() if code in held[words]} if words in held else of
        for words, of in taught.together.items()
        if words not in taught.phrases or words in held
    }
    together = {words: of for words, of in together.items() if of}
    seen = {words: number for words, number in taught.seen.items() if words in together}
    return Learned(seen, together, taught.phrases.intersection(together))


def _distinct(corpus: Sequence[CodedEncounter], numbers: Iterable[int]) -> list[int]:
    return list({corpus[number].encounter.text: number for number in reversed([*numbers])}.values())
