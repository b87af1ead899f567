"""Many awards revoked or corrected by a list or a selection: dry run, decision, worker."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Award
from issuance import bulk, bulk_lists
from issuance.actions import bulk as deciding
from issuance.actions.bulk import Wanted
from issuance.models import Bulk, BulkLine, Delivery
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.issuance.support import awarded
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
START, CHECK = reverse("bulk_start"), reverse("bulk_check")


def text(response):
    return " ".join(response.content.decode().split())


def made(place, count=3):
    request = awarded(place, count)
    return list(Award.objects.filter(request_id=request.pk).order_by("recipient_email"))


def wanted(awards, **said):
    return [Wanted(number, award, said) for number, award in enumerate(awards, 2)]


def words(error):
    return [reason.text for reason in error.value.reasons]


def test_list_is_checked_line_by_line_then_carried_out(campus):
    place = campus("cu_boulder")
    one, two, three = made(place)
    client = site_for(place.registrar)
    lines = (
        f"award,email,credential\n{one.pk},,\n,LEARNER2@learners.example,data literacy\n,nobody@x.example,\n"
    )
    sent = {"act": "revoke", "reason": "The course was not held.", "text": lines}
    dry = client.post(CHECK, sent)
    page = text(dry)
    assert (dry.status_code, Bulk.objects.count()) == (409, 0)
    assert "2 lines are in order; 1 needs mending." in page
    assert "No award that you see is named so." in page
    assert client.post(CHECK, {**sent, "send": "1"}).status_code == 409
    done = client.post(CHECK, {**sent, "send": "1", "leave_out": "on"})
    found = Bulk.objects.get()
    assert done.url == reverse("bulk", args=[found.pk])
    assert "still to be done" in text(client.get(done.url))
    assert reverse("bulk_progress", args=[found.pk]) in text(client.get(done.url))
    assert bulk.open_ones() == [found.pk]
    assert bulk.run(found.pk) is False
    assert bulk.open_ones() == []
    states = [Award.objects.get(pk=award.pk).revocation_reason for award in (one, two, three)]
    assert states == ["The course was not held.", "The course was not held.", ""]
    assert Mail.objects.filter(kind="award_revoked").count() == 2
    assert Delivery.objects.filter(award__in=[one, two]).exclude(state="cancelled").count() == 0
    entry = Entry.objects.get(act="awards to revoke")
    assert (entry.detail["count"], entry.by) == (2, place.registrar)
    page = text(client.get(done.url))
    assert "2 revoked" in page
    assert "hx-get" not in page


def test_correction_changes_what_the_list_says_and_nothing_else(campus):
    place = campus("cu_boulder")
    one, two, three = made(place)
    upload = (
        f"award;new name;new email\n{one.pk};Læarner Óne;\n{two.pk};;two@learners.example\n{three.pk};;\n"
    )
    found = bulk_lists.preview(bulk_lists.ContentFile(upload.encode()), "correct", place.registrar)
    assert [(doubt.line, doubt.text) for doubt in found.doubts] == [
        (4, "Nothing is changed. Correct what is wrong.")
    ]
    decision = deciding.decide(act="correct", wanted=found.ready, reason="Misspelt.", by=place.registrar)
    assert list(BulkLine.objects.values_list("said", flat=True)) == [
        {"name": "Læarner Óne"},
        {"email": "two@learners.example"},
    ]
    bulk.run(decision.pk)
    newer = [Award.objects.get(pk=Award.objects.get(pk=award.pk).superseded_by_id) for award in (one, two)]
    assert [(award.recipient_name, award.recipient_email) for award in newer] == [
        ("Læarner Óne", "learner1@learners.example"),
        ("Test learner 2", "two@learners.example"),
    ]
    assert list(BulkLine.objects.values_list("said", "problem")) == [({}, ""), ({}, "")]


@pytest.mark.parametrize(
    "line, said",
    [
        ("award\nnonsense", bulk_lists.WHICH),
        ("email\nLEARNER9@learners.example", bulk_lists.UNKNOWN),
        ("email,credential\nlearner1@learners.example,Other", bulk_lists.UNKNOWN),
        ("award,new email\n{key},learner2@learners.example", bulk.TAKEN.text),
        ("award,new name\n{key},=cmd()", "looks like a formula"),
        ("award,new email\n{key},no address", "is not an e-mail address"),
        ("award,new name\n{key},A\n{key},B", bulk.TWICE.text),
        ("name\nx", "award"),
    ],
    ids=["no-id", "unknown", "title", "taken", "formula", "address", "twice", "heading"],
)
def test_wrong_lines_say_what_is_wrong(campus, line, said):
    place = campus("cu_boulder")
    one, *_ = made(place, 2)
    upload = bulk_lists.ContentFile(line.format(key=one.pk).encode())
    found = bulk_lists.preview(upload, "correct", place.registrar)
    assert said in " ".join(doubt.text for doubt in found.doubts)
    assert not found.ok


def test_decision_is_refused_whole_and_nothing_is_written(campus):
    place = campus("cu_boulder")
    awards = made(place, 2)
    Award.objects.filter(pk=awards[1].pk).update(
        revoked_at=clock.now(), revoked_by=place.registrar, revocation_reason="x"
    )
    awards[1].refresh_from_db()
    for lines, reason, said in (
        (awards, "Why", ["Line 3: This award has been revoked already."]),
        (awards[:1], " ", ["Give a reason; each learner is told it."]),
        ([], "Why", ["Choose at least one award, and at most 10,000."]),
    ):
        with pytest.raises(Refused) as error:
            deciding.decide(act="revoke", wanted=wanted(lines), reason=reason, by=place.registrar)
        assert words(error) == said
    with pytest.raises(Refused) as error:
        deciding.decide(act="revoke", wanted=wanted(awards[:1]), reason="Why", by=place.issuer)
    assert words(error) == [f"Line 2: {bulk.NOT_YOURS.text}"]
    assert not Bulk.objects.exists()


def test_what_changed_meanwhile_says_why_and_the_others_go_on(campus):
    place = campus("cu_boulder")
    awards = made(place, 3)
    found = deciding.decide(act="revoke", wanted=wanted(awards), reason="Why", by=place.registrar)
    Award.objects.filter(pk=awards[0].pk).update(
        revoked_at=clock.now(), revoked_by=place.registrar, revocation_reason="x"
    )
    bulk.run(found.pk)
    assert list(found.lines.values_list("problem", flat=True)) == [
        "This award has been revoked already.",
        "",
        "",
    ]


def test_worker_that_was_killed_is_followed_by_another_and_nothing_is_done_twice(campus):
    place = campus("cu_boulder")
    found = deciding.decide(act="revoke", wanted=wanted(made(place, 3)), reason="Why", by=place.registrar)
    assert bulk.run(found.pk, seconds=-1) is True  # its time was over at once
    first = found.lines.first()
    bulk._do(first.pk)
    Bulk.objects.filter(pk=found.pk).update(
        claim_token="0" * 32, claimed_until=clock.now() + dt.timedelta(minutes=1)
    )
    assert bulk.run(found.pk) is False
    assert found.lines.filter(done_at__isnull=True).count() == 2
    with clock.at(clock.now() + dt.timedelta(minutes=3)):
        assert bulk.open_ones() == [found.pk]
        bulk.run(found.pk)
    assert Mail.objects.filter(kind="award_revoked").count() == 3


def test_selection_of_records_or_of_a_request_becomes_the_list(campus):
    place = campus("cu_boulder")
    one, two, _three = made(place)
    client, chosen = site_for(place.registrar), reverse("bulk_selection")
    assert str(one.pk) in text(client.get(reverse("records")))
    page = text(client.post(chosen, {"act": "revoke", "awards": [str(one.pk), str(two.pk)]}))
    assert page.count("learners.example") == 2
    page = text(client.post(chosen, {"act": "correct", "request": str(one.request_id)}))
    assert page.count("learners.example") == 3
    page = text(client.post(chosen, {"act": "correct", "everything": "1", "q": "learner2@"}))
    assert page.count("learner2@learners.example") == 1
    for sent in ({"act": "revoke"}, {"act": "eat", "awards": str(one.pk)}, {"act": "revoke", "awards": "x"}):
        assert "Choose at least one award" in text(client.post(chosen, sent, follow=True))


@pytest.mark.parametrize(
    "who, status", [("registrar", 200), ("programme_manager", 200), ("supervisor", 403), ("nobody", 403)]
)
def test_pages_for_each_role(campus, who, status):
    place = campus("cu_boulder")
    found = deciding.decide(act="revoke", wanted=wanted(made(place, 1)), reason="Why", by=place.registrar)
    client = site_for(getattr(place, who))
    assert client.get(START).status_code == status
    shown = client.get(reverse("bulk", args=[found.pk])).status_code
    assert shown == (200 if status == 200 else 404 if who == "supervisor" else 403)
    assert site_for(place.stranger).get(reverse("bulk", args=[found.pk])).status_code == 404


def test_dry_run_takes_the_same_queries_for_one_and_many(campus):
    place, taken = campus("cu_boulder"), []
    awards = made(place, 12)
    for some in (awards[:1], awards):
        upload = bulk_lists.ContentFile(bulk_lists.of_selection(some).encode())
        with CaptureQueriesContext(connection) as queries:
            found = bulk_lists.preview(upload, "revoke", place.registrar)
        assert (len(found.ready), found.doubts) == (len(some), [])
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_api_decides_and_shows_how_far_it_is(campus):
    place = campus("cu_boulder")
    one, two = made(place, 2)
    api = api_for(place.registrar)
    sent = {"act": "correct", "reason": "Misspelt.", "awards": [{"award": str(one.pk), "name": "Ná"}]}
    dry = api.post("/api/v1/award-changes/?dry_run=1", sent, format="json")
    assert (dry.status_code, dry.json()["lines"], Bulk.objects.count()) == (200, 1, 0)
    done = api.post("/api/v1/award-changes/", sent, format="json")
    assert (done.status_code, done.json()["total"], done.json()["done"]) == (201, 1, 0)
    bulk.run(Bulk.objects.get().pk)
    assert api.get(f"/api/v1/award-changes/{done.json()['id']}/").json()["done"] == 1
    wrong = {"act": "revoke", "reason": "", "awards": [{"award": str(two.pk)}]}
    assert api.post("/api/v1/award-changes/", wrong, format="json").status_code == 409
    assert api_for(place.stranger).post("/api/v1/award-changes/", wrong, format="json").status_code == 400
