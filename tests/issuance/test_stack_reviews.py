"""Awards of stacks that lost a part: which are looked at again, who decides, and what becomes of them."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from credentials.models import Award
from issuance import fulfilling
from issuance.actions import deliveries, requests, reviews
from issuance.models import IssuanceRequest, StackReview
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from tests.credentials.support import texts
from tests.factories import PersonFactory
from tests.issuance.stacks import Set, holders, work
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def fiu(campus):
    return campus("florida_international")


def reviewed(model, **how):
    """A stack award that lost a part, and its review."""
    made, person = Set(model, **how), PersonFactory()
    made.earn(person, *made.parts)
    work()
    part = Award.objects.get(definition=made.parts[0], holder=person)
    deliveries.revoke_award(award=part, reason="Mistake", by=made.certifier)
    return made, person


@pytest.mark.clause("MU-24", "FIU-12")
def test_revoked_part_puts_the_stack_up_for_review_and_it_is_kept_with_a_reason(model):
    made, person = reviewed(model)
    review = StackReview.objects.get()
    assert holders(made.whole) == {person.pk}  # never silently
    told = set(Notice.objects.filter(kind="stack_review").values_list("person", flat=True))
    assert told == {model.registrar.pk, model.programme_manager.pk}
    site, path = site_for(model.registrar), reverse("stack_review", args=[review.pk])
    assert "A stack award to look at again" in texts(site.get(reverse("stack_reviews")))
    assert "Not earned, or revoked: One." in texts(site.get(path))
    empty = site.post(path, {"outcome": "kept", "reason": " "})
    assert (empty.status_code, empty.context["form"]["outcome"].value()) == (409, "kept")
    assert site.post(path, {"outcome": "burnt", "reason": "x"}).status_code == 409
    done = site.post(path, {"outcome": "kept", "reason": "The mistake was the office's."}, follow=True)
    assert "The award stands" in texts(done)
    review.refresh_from_db()
    assert (review.outcome, review.reason, review.decided_by) == (
        "kept", "The mistake was the office's.", model.registrar,
    )  # fmt: skip
    assert Mail.objects.filter(to=person.email, kind="stack_kept").count() == 1
    assert Entry.objects.filter(act="stack award reviewed").get().detail["outcome"] == "kept"
    assert site.post(path, {"outcome": "revoked", "reason": "No"}).status_code == 409


@pytest.mark.clause("MU-24", "FIU-12")
def test_revoking_the_stack_in_review_reviews_the_outer_stack(model):
    made, person = Set(model), PersonFactory()
    outer = made.stack("Outer", [made.whole, made.parts[1]])
    made.earn(person, *made.parts)
    work()
    part = Award.objects.get(definition=made.parts[0])
    deliveries.revoke_award(award=part, reason="Mistake", by=model.registrar)
    review = StackReview.objects.get()
    answer = api_for(model.registrar).post(
        f"/api/v1/stack-reviews/{review.pk}/decide/", {"outcome": "revoked", "reason": "Part gone"}
    )
    assert answer.status_code == 200
    assert holders(made.whole) == set()
    assert list(StackReview.objects.waiting().values_list("award__definition", flat=True)) == [outer.pk]


@pytest.mark.clause("MU-24")
def test_what_needs_no_review_gets_none(model):
    """Other parts are enough, the part is renewed or corrected, or the stack itself is revoked meanwhile."""
    made, person = Set(model, names=("One", "Two", "Three"), needed=2), PersonFactory()
    first, second, _ = made.earn(person, *made.parts)
    work()
    deliveries.revoke_award(award=first, reason="Mistake", by=model.registrar)
    assert not StackReview.objects.exists()
    deliveries.revoke_award(award=second, reason="Mistake", by=model.registrar)
    assert StackReview.objects.waiting().count() == 1
    deliveries.revoke_award(
        award=Award.objects.get(definition=made.whole), reason="Both gone", by=model.registrar
    )
    assert StackReview.objects.get().outcome == "revoked"


@pytest.mark.clause("MU-24")
def test_expired_part_is_a_cause_where_the_policy_says_so(model, fiu):
    for place, count in ((model, 1), (fiu, 0)):
        made, person = Set(place), PersonFactory()
        made.earn(person, *made.parts)
        work()
        for request in IssuanceRequest.objects.filter(state="submitted"):
            requests.approve(request=request, by=made.certifier)
        work()
        assert holders(made.whole) == {person.pk}
        Award.objects.filter(definition=made.parts[0]).update(expires_on=dt.date(2020, 1, 1))
        assert [fulfilling.review_expired(), fulfilling.review_expired()] == [count, 0]
    assert StackReview.objects.get().expired


@pytest.mark.clause("MU-24")
def test_only_those_who_can_revoke_it_decide(model, campus):
    made, person = reviewed(model)
    review, elsewhere = StackReview.objects.get(), campus("montana")
    body, path = {"outcome": "kept", "reason": "x"}, reverse("stack_review", args=[review.pk])
    api = f"/api/v1/stack-reviews/{review.pk}/decide/"
    seen = {model.issuer: 403, model.administrator: 403, elsewhere.programme_manager: 404, person: 404}
    for who, status in seen.items():
        assert api_for(who).post(api, body).status_code == status, who
        assert site_for(who).post(path, body).status_code in (status, 403), who
        if status == 404:
            assert api_for(who).get("/api/v1/stack-reviews/").json()["count"] == 0
    with pytest.raises(PermissionDenied):
        reviews.decide(review=review, outcome="kept", reason="x", by=model.issuer)
    Award.objects.filter(pk=review.award_id).update(holder=model.registrar)
    with pytest.raises(Refused) as refused:
        reviews.decide(review=review, outcome="kept", reason="x", by=model.registrar)
    assert refused.value.reasons[0].text == reviews.YOUR_OWN
