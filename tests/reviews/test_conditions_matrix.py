"""State of a condition × act × role: everything is tried, of a ballot's and of a signature's; what is allowed is
written out by hand."""

import pytest

from reviews.actions import conditions
from reviews.models import Condition
from tests.reviews.support import at_step, hold
from tests.reviews.test_comment_matrix import outcome
from tests.reviews.test_conditions import one
from tests.reviews.test_conditions_signed import asked, sign

pytestmark = pytest.mark.django_db

ACTS = {
    "meet": lambda row, by: conditions.meet(condition=row, note="Done", by=by),
    "accept": lambda row, by: conditions.accept(condition=row, by=by),
    "send_back": lambda row, by: conditions.send_back(condition=row, reason="Not yet", by=by),
    "waive": lambda row, by: conditions.waive(condition=row, reason="Enough", by=by),
    "name": lambda row, by: conditions.name(step=row.step, texts=["More"], by=by),
}
# What is done in each state; the other acts are refused to those whose they are, and denied to all others.
DONE = {
    "open": {"meet", "waive", "name"},
    "met": {"accept", "send_back", "waive", "name"},
    "accepted": {"name"},
    "waived": {"name"},
    "on_hold": set(),
}
ROLES = (
    "proposer", "second_proposer", "supervisor", "section_head", "programme_manager", "programme_director",
    "administrator", "issuer", "assessor", "learner", "nobody", "stranger", "chair", "member",
)  # fmt: skip
DECIDE = {"ballot": {"chair", "programme_manager"}, "signoff": {"section_head", "programme_manager"}}


def bring(row, state, model):
    """The condition in this state."""
    if state in ("met", "accepted"):
        row = conditions.meet(condition=row, note="Done", by=model.proposer)
    if state == "accepted":
        conditions.accept(condition=row, by=model.programme_manager)
    if state == "waived":
        conditions.waive(condition=row, reason="Enough", by=model.programme_manager)
    if state == "on_hold":
        hold(row.proposal)
    return Condition.objects.get(pk=row.pk)


@pytest.mark.parametrize("kind", DECIDE)
def test_who_does_what_with_a_condition(model, kind):
    people = {role: getattr(model, role) for role in ROLES if role not in ("chair", "member")}
    people |= {"chair": model.chair("committee"), "member": model.members("committee")[-1]}
    for state, done in DONE.items():
        if kind == "ballot":
            row = one(model)
        else:
            step = at_step(model, "dean_reads") if state != "open" else asked(model)
            sign(step, model.section_head, "Name the assessor.")
            row = Condition.objects.get(step=step)
        row = bring(row, state, model)
        for role, by in people.items():
            for act, perform in ACTS.items():
                mine = role == "proposer" if act == "meet" else role in DECIDE[kind]
                expected = ("done" if act in done else "refused") if mine else "denied"
                found = outcome(lambda by=by, perform=perform, row=row: perform(row, by))
                assert (state, act, role, found) == (state, act, role, expected)
