"""Sign-offs, consultations, acknowledgements: who may, for whom, and what is kept."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Delegation, Person, RoleGrant
from journal.models import Mail, Notice
from policies.reasons import Refused
from proposals.models import Proposal, Step
from reviews.actions import signoffs
from tests.reviews.support import at_step, hold, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def step(model):
    return at_step(model, "dean_signoff")


def designate(principal, delegate, until=None):
    grant = RoleGrant.objects.get(person=principal)
    return Delegation.objects.create(
        principal=principal, delegate=delegate, grant=grant, starts_on=dt.date(2020, 1, 1), ends_on=until
    )


def test_opening_tells_who_signs_and_not_the_proposers(model, step):
    assert Notice.objects.get(kind="step_opened").person == model.section_head
    assert f"/admin/steps/{step.pk}/" in Mail.objects.get(kind="step_opened").text


def test_signature_is_kept_with_what_was_attested(model, step):
    signed = signoffs.complete(
        step=step, outcome="request_changes", note="Say who assesses.", by=model.section_head
    )
    assert (signed.outcome, signed.note, signed.completed_by) == (
        "request_changes",
        "Say who assesses.",
        model.section_head,
    )
    assert Proposal.objects.get().state == "changes_requested"
    assert "statement" not in signed.answers


ANSWERS = {
    "about": {"title": "Trial of the Trade", "summary": "What it is.", "credit": "noncredit"},
    "learning": {
        "objectives": [{"objective": "Can do it", "assessment": "A project"}],
        "requirements": "Do it once.",
    },
}


def test_attested_statement_is_stored_in_the_words_shown(campus):
    boulder = campus("cu_boulder")
    step = at_step(boulder, "unit_signoff", answers=ANSWERS)
    signed = signoffs.complete(step=step, outcome="approve", by=boulder.section_head)
    assert signed.answers == {"statement": boulder.pack.step("unit_signoff").statement}
    assert signed.answers["statement"]
    assert Proposal.objects.get().state == "established"


@pytest.mark.parametrize("outcome", ["request_changes", "decline"])
def test_sending_back_without_a_word_is_refused(model, step, outcome):
    with pytest.raises(Refused) as caught:
        signoffs.complete(step=step, outcome=outcome, note="  ", by=model.section_head)
    assert [(r.clause, r.field) for r in caught.value.reasons] == [("MU-11", "note")]


def test_outcome_that_the_step_does_not_have_is_refused(model, step):
    with pytest.raises(Refused) as caught:
        signoffs.complete(step=step, outcome="acknowledged", by=model.section_head)
    assert refusal(caught) == [("MU-11", "This step can end in: approve, request changes, decline.")]


def test_proposer_who_holds_the_role_is_refused_with_the_clause(model):
    step = at_step(model, "dean_signoff", proposers=[model.proposer, model.section_head])
    with pytest.raises(Refused) as caught:
        signoffs.complete(step=step, outcome="decline", note="No", by=model.section_head)
    assert refusal(caught) == [("MU-11", "You propose this credential: somebody else has to decide on it.")]


OTHERS = (
    "supervisor",
    "programme_manager",
    "administrator",
    "issuer",
    "learner",
    "nobody",
    "stranger",
    "registrar",
)


@pytest.mark.clause("MU-11")
@pytest.mark.parametrize("role", OTHERS)
def test_signing_by_others_is_denied(model, step, role):
    with pytest.raises(PermissionDenied):
        signoffs.complete(step=step, outcome="decline", note="No", by=getattr(model, role))
    assert Step.objects.get(pk=step.pk).status == "open"


def test_dean_of_another_college_is_denied(model, step):
    other = model.institution.units.create(name="College of Errors")
    dean = Person.objects.create_user("dean@errors.example", name="Test dean of another college")
    RoleGrant.objects.create(
        institution=model.institution,
        unit=other,
        person=dean,
        role="section_head",
        starts_on=dt.date(2020, 1, 1),
    )
    with pytest.raises(PermissionDenied):
        signoffs.complete(step=step, outcome="decline", note="No", by=dean)


@pytest.mark.clause("MU-11")
def test_designee_signs_for_the_dean(model, step):
    designate(model.section_head, model.nobody)
    signed = signoffs.complete(step=step, outcome="decline", note="Not now", by=model.nobody)
    assert (signed.completed_by, signed.on_behalf_of) == (model.nobody, model.section_head)


def test_designation_that_ended_yesterday_signs_no_more(model, step):
    designate(model.section_head, model.nobody, until=dt.date(2020, 6, 1))
    with pytest.raises(PermissionDenied):
        signoffs.complete(step=step, outcome="decline", note="Not now", by=model.nobody)


def test_designee_signs_only_where_the_policy_lets_one(model):
    """The provost adopts in person: the pack names no designee for that step."""
    provost = model.offices["provost"]
    designate(provost, model.nobody)
    step = at_step(model, "provost_adoption")
    with pytest.raises(PermissionDenied):
        signoffs.complete(step=step, outcome="decline", note="No", by=model.nobody)


def test_designee_of_a_proposer_is_refused(model):
    step = at_step(model, "dean_signoff", proposers=[model.proposer, model.section_head])
    designate(model.section_head, model.nobody)
    with pytest.raises(Refused) as caught:
        signoffs.complete(step=step, outcome="decline", note="No", by=model.nobody)
    assert refusal(caught)[0][1].startswith(
        f"{model.section_head}, for whom you sign, proposes this credential"
    )


def test_signing_twice_tells_who_was_faster(model, step):
    signoffs.complete(step=step, outcome="request_changes", note="More", by=model.section_head)
    with pytest.raises(Refused) as caught:
        signoffs.complete(step=step, outcome="request_changes", note="More", by=model.section_head)
    told = f"Someone was faster: {model.section_head} has completed “The dean approves the pilot” already."
    assert refusal(caught) == [("MU-11", told)]


def test_signing_on_hold_is_refused(model, step):
    hold(step.proposal)
    with pytest.raises(Refused) as caught:
        signoffs.complete(step=step, outcome="decline", note="No", by=model.section_head)
    assert refusal(caught) == [("MU-11", "The proposal is on hold. This goes on once it is resumed.")]


@pytest.mark.clause("CUB-7")
def test_consultation_is_recorded(campus):
    boulder = campus("cu_boulder")
    step = at_step(boulder, "intent_support")
    done = signoffs.complete(
        step=step, outcome="done", note="We met and talked it over.", by=boulder.programme_manager
    )
    assert (done.outcome, done.note) == ("done", "We met and talked it over.")


@pytest.mark.clause("MU-2")
def test_acknowledgement_is_recorded(model):
    step = at_step(model, "intent_acknowledged")
    assert (
        signoffs.complete(step=step, outcome="acknowledged", by=model.programme_manager).outcome
        == "acknowledged"
    )


def test_ballot_cannot_be_signed_away(model):
    step = at_step(model, "committee_ballot")
    with pytest.raises(PermissionDenied):
        signoffs.complete(step=step, outcome="approve", by=model.programme_manager)
