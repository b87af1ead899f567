"""Notations: the event code before a release, awards without a badge, what the registrar notes; never without credit."""

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Delegation
from credentials.actions import accepting, transcripts
from credentials.models import Award, EventCode, Notation
from issuance import awarding
from issuance.actions import deliveries, requests
from issuance.models import Delivery
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import nothing_written, texts
from tests.factories import LONG_AGO
from tests.issuance.support import credential, learners, submitted, with_code
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
CREDIT, NONCREDIT = {"offering": {"credit": "credit"}}, {"offering": {"credit": "noncredit"}}
DAY = dt.date(2026, 1, 15)


@pytest.fixture
def montana(campus):
    return campus("montana")


def notation_only(place, **changes):
    """A credential for credit, on the transcript alone."""
    return credential(place, type="notation", badge=False, image=False, answers=CREDIT, **changes)


def awarded(place, definition, count=1, by=None):
    """So many awards of it."""
    request = submitted(place, count, definition)
    requests.approve(request=request, by=by or place.registrar)
    awarding.run(request.job.pk)
    return list(Award.objects.filter(request_id=request.pk).order_by("recipient_email"))


def code_of(definition, by, **changes):
    values = {"code": "AE-101", "body": "Graduate Council", "approved_on": DAY}
    return transcripts.record_code(definition=definition, by=by, **(values | changes))


# --- the event code -----------------------------------------------------------------------------


@pytest.mark.clause("UM-5")
def test_release_waits_for_the_recorded_event_code_at_every_door(montana):
    definition = notation_only(montana)
    request = submitted(montana, 1, definition)
    path = f"/api/v1/issuance-requests/{request.pk}/approve/"
    refused = api_for(montana.registrar).post(path)
    assert (refused.status_code, [r["clause"] for r in refused.json()["reasons"]]) == (409, ["UM-5"])
    site = site_for(montana.registrar)
    page = site.get(reverse("request_check", args=[request.pk]))
    assert page.context["may_release"] is False
    assert reverse("event_code", args=[definition.pk]) in page.content.decode()
    assert "No Academic Event Code with its approval is recorded" in texts(page)
    assert site.get(reverse("request_release", args=[request.pk])).status_code == 409
    answer = site.post(
        reverse("event_code", args=[definition.pk]),
        {"code": "AE-7", "body": "Graduate  Council", "approved_on": "2026-01-15"},
        follow=True,
    )
    assert "The event code is recorded." in texts(answer)
    code = EventCode.objects.get()
    assert (code.code, code.body, code.approved_on, code.recorded_by) == (
        "AE-7", "Graduate Council", DAY, montana.registrar,
    )  # fmt: skip
    entry = Entry.objects.filter(subject_id=definition.pk).latest("number")
    assert (entry.act, entry.detail) == (
        "event code recorded",
        {"code": "AE-7", "body": "Graduate Council", "approved_on": "2026-01-15", "minutes": ""},
    )
    assert api_for(montana.registrar).post(path).status_code == 200


@pytest.mark.clause("UM-5")
@pytest.mark.parametrize("who", ["issuer", "programme_manager", "administrator", "um_online", "provost"])
def test_only_the_registrar_records_codes_and_notations(montana, who):
    person = montana.people.get(who) or montana.offices[who]
    definition = with_code(notation_only(montana), montana)
    (award,) = awarded(montana, definition)
    with pytest.raises(PermissionDenied) as denied:
        code_of(definition, person)
    assert "(UM-5)" in str(denied.value)
    with pytest.raises(PermissionDenied):
        transcripts.record_notations(awards=[award], recorded_on=award.awarded_on, by=person)
    body = {"code": "AE-1", "body": "Senate", "approved_on": "2026-01-15"}
    path = f"/api/v1/definitions/{definition.pk}/event-code/"
    assert api_for(person).post(path, body).status_code == 403
    assert site_for(person).get(reverse("event_code", args=[definition.pk])).status_code == 403
    assert list(site_for(person).get(reverse("notations")).context["rows"]) == []
    assert EventCode.objects.count() == 1
    assert not Notation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": " "}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"body": ""}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"approved_on": dt.date(2099, 1, 1)}, "approved_on"),
    ],
)
def test_code_that_cannot_be_recorded_is_told_at_its_field(montana, changes, field):
    with pytest.raises(Refused) as refused:
        code_of(notation_only(montana), montana.registrar, **changes)
    assert [r.field for r in refused.value.reasons] == [field]
    assert not EventCode.objects.exists()


def test_later_code_takes_the_place_of_the_earlier_which_stays(montana):
    definition = with_code(notation_only(montana), montana)
    code_of(definition, montana.registrar, code="AE-202")
    assert EventCode.objects.of(definition).code == "AE-202"
    page = texts(site_for(montana.registrar).get(reverse("event_code", args=[definition.pk])))
    assert "AE-101" in page
    assert "AE-202" in page


# --- without a badge, without credit ------------------------------------------------------------


@pytest.mark.clause("UM-5", "UM-12")
def test_notation_only_is_an_award_without_file_or_delivery_and_its_page_says_so(montana):
    (award,) = awarded(montana, with_code(notation_only(montana), montana))
    assert (award.document, award.status_list) == ("", None)
    assert not Delivery.objects.exists()
    accepting.accept(award=award, visibility="link", by=award.holder)
    page = site_for(montana.learner).get(reverse("verify", args=[award.pk]))
    assert page.status_code == 200
    assert "This award is a notation on the learner’s record. It has no file" in texts(page)
    assert site_for(montana.learner).get(f"/awards/{award.pk}.json").status_code == 404


@pytest.mark.clause("UM-5")
def test_badge_and_notation_brings_both(montana):
    definition = credential(montana, type="badge_and_notation", notation=True, answers=CREDIT)
    (award,) = awarded(montana, with_code(definition, montana))
    assert award.credential["proof"]
    assert list(Award.objects.noted_by(montana.registrar).to_note()) == [award]


@pytest.mark.clause("UM-6")
def test_without_credit_there_is_never_a_notation(montana):
    definition = credential(montana, type="badge", answers=NONCREDIT)
    (award,) = awarded(montana, definition, by=montana.offices["um_online"])
    assert award.credential["proof"]
    assert not Award.objects.noted_by(montana.registrar).exists()
    body = {"awards": [str(award.pk)], "recorded_on": award.awarded_on.isoformat()}
    refused = api_for(montana.registrar).post("/api/v1/notations/", body, format="json")
    assert (refused.status_code, [r["clause"] for r in refused.json()["reasons"]]) == (409, ["UM-6"])
    with pytest.raises(Refused) as denied:
        code_of(definition, montana.registrar)
    assert [r.clause for r in denied.value.reasons] == ["UM-6"]
    assert not Notation.objects.exists()


# --- noting -------------------------------------------------------------------------------------


@pytest.mark.clause("UM-5")
def test_registrar_marks_the_chosen_awards_as_noted(montana):
    definition = with_code(notation_only(montana), montana)
    one, two, three = awarded(montana, definition, 3)
    site = site_for(montana.registrar)
    front = site.get(reverse("admin:index"))
    part = next(p for p in front.context["queue"] if p.title == "Notations to record")
    assert [item.text for item in part.items] == ["3 awards to note on transcripts."]
    page = site.get(reverse("notations"))
    assert [(row["award"], row["event_code"]) for row in page.context["rows"]] == [
        (a.pk, "AE-101") for a in sorted((one, two, three), key=lambda a: (a.awarded_at, a.pk))
    ]
    sent = {"awards": [str(one.pk), str(three.pk)], "recorded_on": one.awarded_on.isoformat()}
    answer = site.post(reverse("notations"), sent, follow=True)
    assert "2 notations are marked as recorded." in texts(answer)
    noted = Notation.objects.get(award=one)
    assert (noted.recorded_on, noted.recorded_by, noted.event_code.code) == (
        one.awarded_on,
        montana.registrar,
        "AE-101",
    )
    assert [row["award"] for row in site.get(reverse("notations")).context["rows"]] == [two.pk]
    later = site.get(reverse("notations"), {"state": "noted"})
    assert {row["award"] for row in later.context["rows"]} == {one.pk, three.pk}
    entry = Entry.objects.filter(subject_id=definition.pk).latest("number")
    assert (entry.act, sorted(entry.detail["awards"])) == (
        "notations recorded",
        sorted([str(one.pk), str(three.pk)]),
    )
    again = site.post(reverse("notations"), sent)
    assert again.status_code == 409
    assert "is noted already" in texts(again)


@pytest.mark.clause("UM-5")
@pytest.mark.parametrize(("days", "said"), [(1, "lies in the future"), (-1, "lies before the award")])
def test_day_of_the_notation_fits_the_award(montana, days, said):
    (award,) = awarded(montana, with_code(notation_only(montana), montana))
    with pytest.raises(Refused) as refused:
        transcripts.record_notations(
            awards=[award], recorded_on=award.awarded_on + dt.timedelta(days=days), by=montana.registrar
        )
    assert said in refused.value.reasons[0].text
    assert refused.value.reasons[0].field == "recorded_on"


@pytest.mark.clause("UM-5")
def test_revoked_award_is_not_noted_and_a_noted_one_is_to_be_taken_off(montana):
    one, two = awarded(montana, with_code(notation_only(montana), montana), 2)
    deliveries.revoke_award(award=one, reason="Mistake", by=montana.registrar)
    with pytest.raises(Refused):
        transcripts.record_notations(awards=[one], recorded_on=one.awarded_on, by=montana.registrar)
    transcripts.record_notations(awards=[two], recorded_on=two.awarded_on, by=montana.registrar)
    deliveries.revoke_award(award=two, reason="Mistake", by=montana.registrar)
    page = site_for(montana.registrar).get(reverse("notations"), {"state": "noted"})
    assert [row["take_off"] for row in page.context["rows"]] == [True]
    assert "Not in force: take it off" in texts(page)


@pytest.mark.clause("UM-5")
def test_designee_of_the_registrar_notes_for_them(montana):
    (award,) = awarded(montana, with_code(notation_only(montana), montana))
    grant = montana.registrar.grants.get(office="registrar")
    Delegation.objects.create(
        principal=montana.registrar, delegate=montana.nobody, grant=grant, starts_on=LONG_AGO
    )
    transcripts.record_notations(awards=[award], recorded_on=award.awarded_on, by=montana.nobody)
    noted = Notation.objects.get()
    assert (noted.recorded_by, noted.on_behalf_of) == (montana.nobody, montana.registrar)


def test_an_award_is_noted_once_whatever_happens(montana):
    (award,) = awarded(montana, with_code(notation_only(montana), montana))
    transcripts.record_notations(awards=[award], recorded_on=award.awarded_on, by=montana.registrar)
    row = Notation.objects.get()
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        Notation.objects.bulk_create(
            [
                Notation(
                    award=award, recorded_on=DAY, recorded_by=montana.registrar, recorded_at=row.recorded_at
                )
            ]
        )


@pytest.mark.clause("UM-5")
def test_list_for_the_registrars_own_system_cannot_compute(montana):
    definition = with_code(notation_only(montana), montana, code="=1+1")
    (award,) = awarded(montana, definition)
    Award.objects.update(recipient_name='=HYPERLINK("http://x")')
    answer = site_for(montana.registrar).get(reverse("notations_file"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["Name"], row["Academic Event Code"], row["Award"]) == (
        "'=HYPERLINK(\"http://x\")", "'=1+1", str(award.pk),
    )  # fmt: skip


def test_notations_by_the_api(montana):
    (award,) = awarded(montana, with_code(notation_only(montana), montana))
    api = api_for(montana.registrar)
    assert [row["award"] for row in api.get("/api/v1/notations/").json()["results"]] == [str(award.pk)]
    body = {"awards": [str(award.pk)], "recorded_on": award.awarded_on.isoformat()}
    made = api.post("/api/v1/notations/", body, format="json")
    assert (made.status_code, made.json()[0]["noted_on"]) == (201, award.awarded_on.isoformat())
    assert api.get("/api/v1/notations/").json()["count"] == 0
    assert api.get("/api/v1/notations/?state=noted").json()["count"] == 1
    assert api.post("/api/v1/notations/", body, format="json").status_code == 409
    stranger = api_for(montana.stranger)
    assert stranger.get("/api/v1/notations/?state=noted").json()["count"] == 0
    assert stranger.post("/api/v1/notations/", body, format="json").status_code == 400


def test_pages_of_notations_write_nothing_and_take_the_same_queries(montana):
    definition, site, taken = with_code(notation_only(montana), montana), site_for(montana.registrar), []
    for size, start in ((1, 1), (2, 2)):
        lines = learners(definition, size, start=start)
        request = requests.submit(definition=definition, lines=lines, by=montana.issuer)
        requests.approve(request=request, by=montana.registrar)
        awarding.run(request.job.pk)
        site.get(reverse("notations"))
        with CaptureQueriesContext(connection) as queries, nothing_written():
            assert site.get(reverse("notations")).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]
