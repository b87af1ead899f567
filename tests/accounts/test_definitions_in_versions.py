"""A campus's definition of a micro-credential has versions, each approved before it takes effect (CUD-7)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import policies
from journal.models import Entry
from policies.reasons import Refused
from policies.schema import DefinedTerm

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CUD-7", "CUD-13")]
MEANING = "Something smaller than a programme, of at most two courses."


@pytest.fixture
def denver(campus):
    return campus("cu_denver")


def redefined(denver, effective_on):
    """The pack with a new definition, as a new revision."""
    policy = denver.pack.policy.model_copy(update={"revision": "2023-02", "effective_on": effective_on})
    terms = [DefinedTerm(term="Micro-credential", meaning=MEANING), *denver.pack.definitions[1:]]
    return denver.pack.model_copy(update={"policy": policy, "definitions": terms})


def meaning(adopted):
    return adopted.pack.definitions[0].meaning


def test_a_new_definition_is_a_new_revision_and_the_old_one_is_kept(denver):
    before = denver.institution.policy
    old = meaning(before)
    adopted = policies.adopt(
        institution=denver.institution,
        pack=redefined(denver, denver.institution.today()),
        by=denver.administrator,
        note="Agreed after the campus conversations.",
    )
    assert (adopted.revision, meaning(adopted), adopted.adopted_by) == (
        "2023-02",
        MEANING,
        denver.administrator,
    )
    assert denver.institution.policy == adopted
    before.refresh_from_db()
    assert meaning(before) == old
    last = Entry.objects.filter(subject_kind="campus", act="policy adopted").latest("at")
    assert last.detail["note"] == "Agreed after the campus conversations."


def test_a_definition_under_the_same_revision_is_refused(denver):
    changed = redefined(denver, denver.institution.today())
    policy = changed.policy.model_copy(update={"revision": denver.pack.policy.revision})
    with pytest.raises(Refused, match="Give them a new revision number"):
        policies.adopt(
            institution=denver.institution,
            pack=changed.model_copy(update={"policy": policy}),
            by=denver.administrator,
        )


def test_it_is_not_in_force_before_its_day(denver):
    tomorrow = denver.institution.today() + dt.timedelta(1)
    with pytest.raises(Refused) as refused:
        policies.adopt(
            institution=denver.institution, pack=redefined(denver, tomorrow), by=denver.administrator
        )
    assert [reason.clause for reason in refused.value.reasons] == ["CUD-7"]


def test_nobody_but_an_administrator_puts_it_in_force(denver):
    for person in (denver.programme_manager, denver.offices["tips"], denver.stranger):
        with pytest.raises(PermissionDenied):
            policies.adopt(
                institution=denver.institution,
                pack=redefined(denver, denver.institution.today()),
                by=person,
            )
