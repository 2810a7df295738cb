"""What is denied: how far a list of it goes on, and what a negation leaves alone."""

from __future__ import annotations

from collections.abc import Sequence

#: How many tokens a list of what is denied may have.
LONGEST_LIST = 80
#: How many tokens an item of it may have, and how many items come before the reach grows.
_LONGEST_ITEM, _FEWEST_ITEMS = 5, 3
#: Words that say how a part of the body is, so that the list is one of findings.
_FINDINGS = frozenset(
    "clear soft regular normal supple intact nontender non-tender benign warm dry present unremarkable "
    "symmetric equal moist flat".split()
)

#: What a comma may part from a list of what is denied: "no rash, trace edema", "denies pain, walks daily".
_NEW_CLAUSE = frozenset(
    "there tolerating ambulating voiding smokes drinks works uses lives takes walks wears sleeps eats "
    "gets does goes needs last trace mild minimal slight".split()
)
_PARTS = frozenset(
    "abdomen lungs heart chest skin neck back head eyes ears nose throat extremities knee knees hip "
    "hips ankle foot feet hand hands wrist shoulder elbow leg legs arm arms pelvis breasts".split()
)
#: What changes is there: "no change in her tremor".
_CHANGES = frozenset(
    "change changes progression worsening increase decrease improvement exacerbation exacerbations "
    "flare flares flare-up flare-ups enlargement deterioration alteration relief cause etiology explanation "
    "reason".split()
)
#: What is cared for is there: "no surgery for her hernia".
_CARE = frozenset(
    "medication medications meds med medicine medicines treatment treatments therapy change changes "
    "adjustment adjustments dose dosage surgery refill refills antibiotic antibiotics antiviral drug "
    "drugs specialist intervention appointment prescription prescriptions hospitalization "
    "hospitalizations hospitalized admission admissions admitted visit visits follow-up steroids "
    "transfusion transfusions oxygen insulin inhaler taking medicated explanation cause reason etiology".split()
)
VERBS = frozenset("is are was were has have remains remain continues continue".split())
FOUND = frozenset(
    "noted seen identified present appreciated reported found observed visualized heard palpated "
    "detected elicited felt".split()
)
NO_CLAUSE = frozenset("or nor and that which when while if as not no".split())
#: Whose illness it is: "no problems with her asthma", "no fever, and his cough is worse".
POSSESSIVE = frozenset("his her their".split())

#: Results that a list of tests shares, what parts its tests, the tests, and words that say no more of them.
_RESULTS = frozenset("neg negative nonreactive undetected detected".split())
_PARTING = frozenset(", and or / & +".split())
_TESTS = frozenset(
    "covid sars flu influenza rsv strep mono monospot hiv hep hepatitis hbv hcv rpr syphilis vdrl gonorrhea "
    "gonorrhoeae gonococcus gc chlamydia trich trichomonas trichomoniasis bv candida yeast hsv herpes cmv ebv vzv "
    "lyme babesia anaplasma ehrlichia rubella toxo toxoplasmosis tb quantiferon malaria dengue legionella "
    "pneumococcus pneumococcal mycoplasma pertussis adenovirus rhinovirus metapneumovirus parainfluenza norovirus "
    "rotavirus giardia salmonella shigella campylobacter mrsa difficile diff pylori celiac ana rf ccp anca uds "
    "pregnancy hcg".split()
)
_OF_TESTS = frozenset(
    "a b c a/b a&b 1 2 19 - . cov group i ii igm igg pcr naat rapid poc test tests testing swab swabs screen screens "
    "antigen antibody antibodies culture cultures virus toxin all both is are was were also serology stool".split()
)
_LONGEST_TEST = 2
#: Tests whose name is that of a disease, and how many tests are too few for a list with commas alone.
_DISEASES = frozenset(
    "influenza hiv hep hepatitis syphilis trichomonas trichomoniasis candida herpes lyme malaria "
    "dengue pertussis toxoplasmosis celiac pregnancy tb".split()
)
_PAIR = 2

#: What an operation or a drug may bring, as patients are told before it.
COMPLICATIONS = (
    "bleeding infection stiffness perforation scarring clots clot anesthesia anaesthesia injury damage recurrence leak "
    "nonunion numbness death reaction"
).split()


def tells_risks(between: Sequence[str]) -> bool:
    """Whether the words behind talk of risks are a list of them: "bleeding, infection, injury to the bladder"."""
    return between.count(",") > 1 and not set(COMPLICATIONS).isdisjoint(between)


def tests_begin(before: Sequence[str]) -> int:
    """Return where the list of tests begins that ends at a result; the length of ``before`` where none does.

    "A, B and C negative" and "A, B, C negative" are such lists; of "A, B negative" A is one unless its name is
    that of a disease as well, which may be what the patient has.

    >>> tests_begin("fever , flu a/b , covid and rsv".split())
    2
    >>> tests_begin("back pain , slr".split())
    4
    >>> tests_begin("hepatitis c , hiv".split())
    4
    """
    begin = place = len(before)
    item: list[str] = []
    first: list[str] = []
    tests, joined = 0, False
    for token in (*reversed(before), ","):
        place -= 1
        if token not in _PARTING:
            item += [token] if token not in _OF_TESTS else []
        elif item:
            if not _TESTS.issuperset(item) or len(item) > _LONGEST_TEST:
                break
            tests += 1
            first, begin, item = item, place + 1, []
            joined = joined or (tests == 1 and token != ",")
    if tests < 1 or (tests == _PAIR and not joined and not _DISEASES.isdisjoint(first)):
        return len(before)
    return begin


def is_result(cue: Sequence[str]) -> bool:
    """Whether a cue is a result that tests can share: "negative", "not detected"."""
    return not _RESULTS.isdisjoint(cue[-1:])


def is_long_list(between: Sequence[str]) -> bool:
    """Whether the words behind a negation are a list of short items that is not closed yet.

    "Denies fever, chills, cough, ..., melena, dysuria" goes on however many items there are; "no rash
    or fever, ..." is closed, and "no rash, lungs clear, heart regular" tells what was found.
    """
    if tells_findings(between):
        return False
    *items, last = " ".join([*between, ""]).split(" , ")
    return (
        len(items) >= _FEWEST_ITEMS
        and all(len(item.split()) <= _LONGEST_ITEM for item in (*items, last))
        and not any({"or", "nor"} & set(item.split()) for item in items)
    )


def tells_findings(between: Sequence[str]) -> bool:
    """Whether the words behind a negation tell how a part of the body is: "no rash, lungs clear, edema"."""
    return any(
        before == ","
        and (part in _PARTS or part == "bowel")
        and not _FINDINGS.isdisjoint((state, after))
        for before, part, state, after in zip(
            between, between[1:], between[2:], (*between[3:], ""), strict=False
        )
    )


def bears(last: str, between: Sequence[str]) -> bool:
    """Whether what follows a negation is how the patient bears an illness: "no problems with her asthma"."""
    link, owner = [last, *between][-2:] if between else ("", "")
    return link in {"with", "by", "about"} and owner in POSSESSIVE


def is_spared(between: Sequence[str]) -> bool:
    """Whether words between a negation and a term take the term out of it.

    They do where they name what is not done for it ("no surgery for", "no change in"), where they
    close a list ("no rash or fever, and") and where they open a clause (", skin is dry with").
    """
    comma, closed = -1, False
    for i, token in enumerate(between):
        if token == ",":
            if "".join(between[i + 1 : i + 2]) in _NEW_CLAUSE:
                return True
            if closed and "".join(between[i + 1 : i + 2]) == "and" and "or" not in between[i:]:
                return True
            comma = i
        elif token in {"or", "nor"}:
            closed = True
        elif (
            (
                token in {"in", "of", "to", "from"}
                and i
                and between[i - 1] in _CHANGES
                and not {",", "or", "nor"} & set(between[i:])
            )
            or (
                token == "for"
                and not _CARE.isdisjoint(between[max(comma + 1, i - 5) : i])
                and not {",", "or", "nor"} & set(between[i:])
            )
            or (
                token in VERBS
                and comma >= 0
                and 1 <= i - comma - 1 <= 4
                and NO_CLAUSE.isdisjoint(between[comma + 1 : i])
                and FOUND.isdisjoint(between[i + 1 : i + 3])
            )
            or (token == "with" and comma >= 0 and comma == i - 2 and between[i - 1] in _PARTS)
        ):
            return True
    return False
