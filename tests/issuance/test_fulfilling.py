"""Stacks by themselves: awarded or prepared when fulfilled, in retrospect too, once only."""

import datetime as dt
import threading

import pytest
from django.db import connections, transaction
from django.urls import reverse

from credentials.actions import definitions, stacks
from credentials.models import Award, Definition, Standing
from issuance import awarding, fulfilling
from issuance.actions import deliveries, requests
from issuance.models import IssuanceRequest, StackCandidate, StackLook
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from tests.credentials.kinds import erase
from tests.credentials.support import texts
from tests.factories import PersonFactory
from tests.issuance.stacks import Set, award, holders, work
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def fiu(campus):
    return campus("florida_international")


# --- awarded when, and only when -----------------------------------------------------------------


@pytest.mark.clause("MU-24", "FIU-12")
def test_it_is_awarded_by_itself_when_and_only_when_it_is_fulfilled(model):
    made, person, other = (
        Set(model, names=("One", "Two", "Three"), needed=2),
        PersonFactory(),
        PersonFactory(),
    )
    made.earn(person, made.parts[0])
    made.earn(other, made.parts[2])
    work()
    assert holders(made.whole) == set()
    made.earn(person, made.parts[1])
    work()
    assert holders(made.whole) == {person.pk}
    request = IssuanceRequest.objects.get(definition=made.whole)
    assert (request.requested_by, request.decided_by, request.lines.get().learner) == (None, None, person)
    assert [e.act for e in Entry.objects.filter(subject_id=request.pk).order_by("number")][:2] == [
        "stack fulfilled", "awarded",
    ]  # fmt: skip
    assert Mail.objects.filter(
        to=person.email, key__contains=str(Award.objects.get(definition=made.whole).pk)
    ).exists()
    made.earn(person, made.parts[2])  # one more changes nothing
    work()
    assert Award.objects.filter(definition=made.whole).count() == 1


@pytest.mark.clause("FIU-12", "FIU-7")
def test_where_a_certifier_releases_a_request_is_prepared_and_waits(fiu):
    made, people = Set(fiu), PersonFactory.create_batch(3)
    for person in people[:2]:
        made.earn(person, *made.parts)
    work()
    request = IssuanceRequest.objects.get(definition=made.whole)
    assert (request.state, request.certifier, request.lines.count()) == ("submitted", "asa", 2)
    assert Notice.objects.filter(person=made.certifier, kind="request_waits").count() == 1
    assert holders(made.whole) == set()
    made.earn(people[2], *made.parts)
    work()
    assert list(request.lines.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    page = site_for(made.certifier).get(reverse("request_check", args=[request.pk]))
    assert "3 learners, prepared by itself, since these learners fulfil the stack" in texts(page)
    assert "Send it back" not in texts(page)
    back = site_for(made.certifier).get(reverse("request_return", args=[request.pk]))
    assert (back.status_code, "Nobody asked for this" in texts(back)) == (409, True)
    part = Award.objects.get(definition=made.parts[0], holder=people[1])
    deliveries.revoke_award(award=part, reason="Mistake", by=made.certifier)
    answer = api_for(made.certifier).post(f"/api/v1/issuance-requests/{request.pk}/approve/")
    assert answer.status_code == 200
    work()
    assert holders(made.whole) == {people[0].pk, people[2].pk}
    assert request.lines.get(learner=people[1]).problem == "Not earned, or revoked: One. (FIU-12)"
    made.earn(people[1], made.parts[0])  # earned anew: a new request
    work()
    assert IssuanceRequest.objects.filter(definition=made.whole).count() == 2


@pytest.mark.clause("FIU-12")
def test_a_prepared_request_in_which_nobody_fulfils_it_any_more_is_not_released(fiu):
    made, person = Set(fiu), PersonFactory()
    first, _ = made.earn(person, *made.parts)
    work()
    deliveries.revoke_award(award=first, reason="Mistake", by=made.certifier)
    request = IssuanceRequest.objects.get(definition=made.whole)
    with pytest.raises(Refused) as refused:
        requests.approve(request=request, by=made.certifier)
    assert [r.clause for r in refused.value.reasons] == ["FIU-12"]


def test_a_policy_that_wants_somebody_to_ask_gets_no_request(fiu, monkeypatch):
    made, person = Set(fiu), PersonFactory()
    monkeypatch.setattr("issuance.stacks.by_itself", lambda version: False)
    made.earn(person, *made.parts)
    assert not StackCandidate.objects.exists()


@pytest.mark.clause("MU-24")
def test_what_was_revoked_before_is_awarded_again_by_the_certifier_alone(model):
    made, person = Set(model), PersonFactory()
    made.earn(person, *made.parts)
    work()
    whole = Award.objects.get(definition=made.whole)
    deliveries.revoke_award(award=whole, reason="Plagiarism", by=made.certifier)
    part = Award.objects.get(definition=made.parts[0])
    deliveries.revoke_award(award=part, reason="Mistake", by=made.certifier)
    made.earn(person, made.parts[0])
    work()
    assert holders(made.whole) == set()
    assert IssuanceRequest.objects.filter(definition=made.whole, state="submitted").count() == 1


# --- in retrospect ------------------------------------------------------------------------------


@pytest.mark.clause("MU-24", "FIU-12")
def test_who_fulfils_it_already_is_found_when_it_is_linked(model, monkeypatch):
    monkeypatch.setattr(fulfilling, "CHUNK", 2)
    made, people = Set(model, linked=False), PersonFactory.create_batch(5)
    for person in people[:3]:
        made.earn(person, *made.parts)
    made.earn(people[3], made.parts[0])
    assert not StackCandidate.objects.exists()
    stacks.set_parts(definition=made.whole, parts=made.parts, by=made.maker)
    assert StackLook.objects.get().total == 4
    fulfilling._chunk(made.whole.pk)  # and then the worker is killed: a second one goes on
    page = site_for(made.maker).get(reverse("definition_setup", args=[made.whole.pk]))
    assert "2 of 4 learners who hold a part have been looked at" in texts(page)
    work()
    look = StackLook.objects.get()
    assert (holders(made.whole), look.fulfilled, look.done_at is None) == (
        {person.pk for person in people[:3]}, 3, False,
    )  # fmt: skip


def test_who_had_their_data_erased_is_not_awarded_in_retrospect(model):
    made, person = Set(model, linked=False), PersonFactory()
    made.earn(person, *made.parts)
    erase(person)
    stacks.set_parts(definition=made.whole, parts=made.parts, by=made.maker)
    work()
    assert holders(made.whole) == set()
    person.refresh_from_db()
    assert (person.is_active, person.learner_since) == (False, None)


@pytest.mark.clause("MU-24")
def test_who_fulfils_it_already_is_found_when_it_comes_into_force(model):
    made, person = Set(model, standing=Standing.SUSPENDED), PersonFactory()
    made.earn(person, *made.parts)
    work()
    assert holders(made.whole) == set()
    definitions.set_standing(
        definition=made.whole, standing=Standing.ESTABLISHED, since=dt.date(2020, 1, 1), by=None
    )
    work()
    assert holders(made.whole) == {person.pk}


def test_a_stack_without_its_image_waits_and_is_awarded_once_it_has_one(model):
    made, person = Set(model, image=False), PersonFactory()
    made.earn(person, *made.parts)
    assert fulfilling.run(made.whole.pk) == 0
    assert StackCandidate.objects.exists()
    Definition.objects.filter(pk=made.whole.pk).update(image="badges/x.png", image_alt="x")
    assert fulfilling.run(made.whole.pk) == 1


# --- at once ------------------------------------------------------------------------------------


@pytest.mark.clause("MU-24")
def test_two_stacks_that_complete_in_one_transaction_are_both_awarded_and_the_outer_one_after_them(model):
    made, people = Set(model), PersonFactory.create_batch(2)
    other = made.stack("Other", made.parts)
    outer = made.stack("Outer", [made.whole, other])
    for person in people:
        made.earn(person, made.parts[0])
    award(made.parts[1], *people)
    work()
    both = {person.pk for person in people}
    assert [holders(one) for one in (made.whole, other, outer)] == [both, both, both]


@pytest.mark.clause("MU-24")
@pytest.mark.django_db(transaction=True)
def test_two_parts_and_two_workers_at_once_make_one_award(campus):
    made, person = Set(campus("model")), PersonFactory()
    ready = threading.Barrier(2)

    def at_once(act):
        def run(one):
            ready.wait()
            act(one)
            connections.close_all()

        threads = [threading.Thread(target=run, args=[one]) for one in made.parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    at_once(lambda part: award(part, person))
    assert StackCandidate.objects.count() == 2
    at_once(lambda part: fulfilling.run(made.whole.pk))
    at_once(lambda part: [awarding.run(job) for job in awarding.open_jobs()])
    work()
    assert Award.objects.filter(definition=made.whole).count() == 1
    assert IssuanceRequest.objects.filter(definition=made.whole).count() == 1


@pytest.mark.clause("MU-24")
@pytest.mark.django_db(transaction=True)
def test_an_award_made_while_its_stack_is_linked_is_not_missed(campus):
    made, person = Set(campus("model"), linked=False), PersonFactory()
    made.earn(person, made.parts[0])
    inside, linking = threading.Event(), threading.Event()

    def link():
        inside.wait()
        linking.set()
        stacks.set_parts(definition=made.whole, parts=made.parts, by=made.maker)
        connections.close_all()

    thread = threading.Thread(target=link)
    thread.start()
    with transaction.atomic():
        award(made.parts[1], person)
        inside.set()
        linking.wait()
        thread.join(0.3)  # it waits for this transaction
    thread.join()
    work()
    assert holders(made.whole) == {person.pk}
