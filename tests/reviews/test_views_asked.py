"""An affected unit is asked for its view: who asks, who answers, what waits for it."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Person, RoleGrant, Unit
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from proposals.models import Proposal
from reviews.actions import signoffs, views
from reviews.models import AskedView
from tests.factories import LONG_AGO
from tests.reviews.support import cast, close, refusal
from tests.reviews.talking import ballot_with, signed_step
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(model):
    """Another unit of the campus, with a head."""
    unit = Unit.objects.create(institution=model.institution, name="Library")
    head = Person.objects.create_user("library@model.example", name="Test head of the library")
    RoleGrant.objects.create(
        institution=model.institution, unit=unit, person=head, role="section_head", starts_on=LONG_AGO
    )
    unit.head = head
    return unit


def ask(ballot, unit, by, **kwargs):
    return views.ask(proposal=ballot.proposal, unit=unit, by=by, **{"required": True, **kwargs})


def test_head_is_told_with_a_link_and_no_words(model, library):
    ballot, _member, chair = ballot_with(model)
    made = ask(ballot, library, chair, question="Have you the books?")
    assert made.revision == ballot.revision
    told = Mail.objects.filter(kind="view_asked")
    assert [mail.recipient for mail in told] == [library.head]
    assert f"/views-asked/{made.pk}/" in told.get().text
    assert "books" not in told.get().text
    assert Notice.objects.get(kind="view_asked").person == library.head
    assert Entry.objects.get(act="view_asked").detail["unit"] == str(library.pk)


@pytest.mark.parametrize(
    "role", ["proposer", "supervisor", "section_head", "registrar", "administrator", "nobody", "stranger"]
)
def test_asking_by_others_is_denied(model, library, role):
    ballot, _member, _chair = ballot_with(model)
    with pytest.raises(PermissionDenied):
        ask(ballot, library, getattr(model, role))


def test_unit_of_another_campus_without_a_head_or_asked_already_is_refused(model, library):
    ballot, _member, _chair = ballot_with(model)
    by = model.programme_manager
    foreign = Unit.objects.create(institution=model.elsewhere, name="Foreign")
    empty = Unit.objects.create(institution=model.institution, name="Empty")
    ask(ballot, library, by)
    for unit, said in (
        (foreign, "Choose a unit of this campus."),
        (empty, "Nobody heads Empty who could answer. Name its head first."),
        (library, "Library has been asked already and has not answered yet."),
    ):
        with pytest.raises(Refused) as caught:
            ask(ballot, unit, by)
        assert refusal(caught) == [("", said)]


def test_required_view_keeps_the_ballot_open_until_it_comes(model, library):
    ballot, _member, chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    made = ask(ballot, library, model.programme_manager)
    with pytest.raises(Refused) as caught:
        close(ballot)
    assert refusal(caught) == [("", "The view of Library was asked for and has not come in yet.")]
    views.answer(view=made, text="We have the books.", by=library.head)
    assert Mail.objects.get(kind="view_given").recipient == model.programme_manager
    assert close(ballot).outcome == "approve"


def test_view_for_information_keeps_nothing_open_and_may_be_given(model, library):
    ballot, _member, chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    made = ask(ballot, library, chair, required=False)
    assert close(ballot).outcome == "approve"
    assert views.answer(view=made, text="Fine.", by=library.head).answered_by == library.head


def test_request_taken_back_with_a_reason_keeps_nothing(model, library):
    step = signed_step(model)
    made = views.ask(proposal=step.proposal, unit=library, by=model.programme_manager, required=True)
    with pytest.raises(Refused):
        signoffs.complete(step=step, outcome="decline", note="No", by=model.section_head)
    with pytest.raises(Refused) as caught:
        views.withdraw(view=made, reason=" ", by=model.programme_manager)
    assert caught.value.reasons[0].field == "reason"
    with pytest.raises(PermissionDenied):
        views.withdraw(view=made, reason="Not needed", by=library.head)
    views.withdraw(view=made, reason="Not needed", by=model.programme_manager)
    signoffs.complete(step=step, outcome="decline", note="No", by=model.section_head)
    assert Proposal.objects.get().state == "declined"


@pytest.mark.parametrize("role", ["proposer", "programme_manager", "section_head", "registrar", "stranger"])
def test_answering_by_others_is_denied(model, library, role):
    ballot, _member, chair = ballot_with(model)
    made = ask(ballot, library, chair)
    with pytest.raises(PermissionDenied):
        views.answer(view=made, text="Yes", by=getattr(model, role))


def test_answer_is_given_once(model, library):
    ballot, _member, chair = ballot_with(model)
    made = views.answer(view=ask(ballot, library, chair), text="Yes", by=library.head)
    with pytest.raises(Refused) as caught:
        views.answer(view=made, text="No", by=library.head)
    assert "Someone was faster" in caught.value.reasons[0].text
    with pytest.raises(Refused):
        views.withdraw(view=made, reason="Late", by=chair)


def test_head_finds_it_at_home_and_answers_on_the_page(model, library):
    ballot, _member, chair = ballot_with(model)
    made = ask(ballot, library, chair, question="Have <b>you</b> the books?")
    site = site_for(library.head)
    for path in ("/", "/admin/"):
        assert f"/views-asked/{made.pk}/" in site.get(path).content.decode()
    page = site.get(made.get_absolute_url()).content.decode()
    assert "Have &lt;b&gt;you&lt;/b&gt; the books?" in page
    answer = site.post(made.get_absolute_url(), {"text": "We have them."})
    assert answer.status_code == 302
    assert AskedView.objects.get().answer == "We have them."
    assert "We have them." in site_for(model.proposer).get(made.get_absolute_url()).content.decode()


def test_too_long_an_answer_is_refused_with_the_typed_text_kept(model, library):
    ballot, _member, chair = ballot_with(model)
    made = ask(ballot, library, chair)
    answer = site_for(library.head).post(made.get_absolute_url(), {"text": "x" * 100_000})
    assert answer.status_code == 409
    assert "x" * 100_000 in answer.content.decode()


def test_chair_asks_and_takes_back_on_the_pages(model, library):
    ballot, _member, chair = ballot_with(model)
    site = site_for(chair)
    address = f"/views-asked/on/{ballot.proposal_id}/"
    assert address in site.get(f"/admin/ballots/{ballot.pk}/").content.decode()
    assert site.post(address, {"unit": library.pk, "required": "yes"}).status_code == 302
    made = AskedView.objects.get()
    assert made.required
    page = site.get(f"/admin/ballots/{ballot.pk}/close/").content.decode()
    assert "The view of Library was asked for" in page
    assert site.post(f"{made.get_absolute_url()}withdraw/", {"reason": "Not needed"}).status_code == 302
    assert AskedView.objects.get().withdrawn_reason == "Not needed"


def test_views_over_http(model, library):
    ballot, _member, chair = ballot_with(model)
    address = f"/api/v1/proposals/{ballot.proposal_id}/views-asked/"
    body = {"unit": str(library.pk), "question": "Books?", "required": True}
    assert api_for(model.proposer).post(address, body, format="json").status_code == 403
    assert api_for(model.stranger).post(address, body, format="json").status_code == 404
    made = api_for(chair).post(address, body, format="json")
    assert (made.status_code, made.json()["unit_name"]) == (201, "Library")
    one = f"/api/v1/views-asked/{made.json()['id']}/"
    assert api_for(library.head).get("/api/v1/views-asked/").json()["count"] == 1
    assert api_for(model.proposer).post(f"{one}answer/", {"text": "Yes"}, format="json").status_code == 403
    answered = api_for(library.head).post(f"{one}answer/", {"text": "Yes"}, format="json").json()
    assert (answered["answer"], answered["answered_by"]) == ("Yes", library.head.name)
    refused = api_for(chair).post(f"{one}withdraw/", {"reason": "Late"}, format="json")
    assert refused.status_code == 409
    assert api_for(model.stranger).get(one).status_code == 404
    assert api_for(model.proposer).get(address).json()["count"] == 1
