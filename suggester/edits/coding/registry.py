"""The rules in the order of their authority: what an earlier one settles, a later one leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from suggester.edits.coding.alerts import Alert
from suggester.edits.coding.case import Case
from suggester.edits.coding.rules.burns import extent
from suggester.edits.coding.rules.combinations import combinations
from suggester.edits.coding.rules.companions import companions, etiology_missing, external_causes
from suggester.edits.coding.rules.drugs import adverse_effect, drug_status, long_term_drug
from suggester.edits.coding.rules.excludes import excludes1, excludes2
from suggester.edits.coding.rules.guidelines import guidelines
from suggester.edits.coding.rules.integral import integral_signs
from suggester.edits.coding.rules.newborn import newborn_visit
from suggester.edits.coding.rules.patient import age, sex
from suggester.edits.coding.rules.precision import more_precise
from suggester.edits.coding.rules.pregnancy import gestation
from suggester.edits.coding.rules.pressure_ulcers import stages
from suggester.edits.coding.rules.queries import queries
from suggester.edits.coding.rules.redundant import redundant
from suggester.edits.coding.rules.refused import refused
from suggester.edits.coding.rules.sides import laterality
from suggester.edits.coding.rules.support import unsupported
from suggester.edits.coding.rules.validity import validity
from suggester.edits.coding.sequence import (
    acute_first,
    etiology_first,
    first_listed,
    reason_for_visit,
)

Rule = Callable[[Case], Iterable[Alert]]

#: Run once, on the codes as assigned.
VALIDITY: tuple[Rule, ...] = (validity,)
#: Run on valid codes until their mends bring nothing new.
CONTENT: tuple[Rule, ...] = (
    newborn_visit,
    laterality,
    stages,
    extent,
    guidelines,
    unsupported,
    refused,
    combinations,
    more_precise,
    redundant,
    excludes1,
    integral_signs,
    gestation,
    age,
    sex,
    drug_status,
    long_term_drug,
    adverse_effect,
    etiology_missing,
    companions,
    external_causes,
)
#: Run on what the content rules leave, one group after the other.
SEQUENCE: tuple[tuple[Rule, ...], ...] = (
    (etiology_first,),
    (reason_for_visit,),
    (acute_first,),
    (first_listed,),
)
#: Run once, at the end.
REMARKS: tuple[Rule, ...] = (excludes2, queries)
