"""What a certifier does to the lines of a request: look, filter, leave out, comment; release some."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Award
from issuance import awarding
from issuance.actions import marking, requests
from issuance.actions.marking import Mark
from issuance.checking import decisions, looking
from issuance.models import IssuanceRequest, RequestLine
from journal import clock
from journal.models import Entry, Mail
from learning.models import Completion
from policies.reasons import Refused
from tests.issuance.support import credential, learners, submitted
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(response.content.decode().split())


def url(name, thing):
    return reverse(name, args=[thing.pk])


def numbers(request):
    return list(request.lines.order_by("number").values_list("number", flat=True))


def acts(request):
    rows = Entry.objects.filter(subject_kind="request", subject_id=request.pk).order_by("number")
    return list(rows.values_list("act", flat=True))


def withdraw(*emails):
    Completion.objects.filter(learner__email__in=emails).update(withdrawn_at=clock.now())


def words(error):
    return " ".join(reason.text for reason in error.value.reasons)


def test_each_line_shows_identity_duplicates_and_clauses(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    lines = learners(definition, 4)
    Completion.objects.filter(learner__email="learner2@learners.example").update(
        learner_name="X Y", evidence=""
    )
    request = requests.submit(definition=definition, lines=lines, by=place.issuer)
    RequestLine.objects.filter(email="learner4@learners.example").update(name="Test learner 3")
    withdraw("learner1@learners.example")
    looking.refresh(request)
    found = {line.email[7]: (line.weight, line.kinds) for line in request.lines.all()}
    assert found == {
        "1": (2, ["completion"]),
        "2": (1, ["other_name", "no_evidence"]),
        "3": (1, ["same_name"]),
        "4": (1, ["other_name", "same_name"]),
    }
    client = site_for(place.registrar)
    page = client.get(url("request_check", request))
    assert [row["line"].email[7] for row in page.context["rows"]] == ["1", "2", "3", "4"]
    assert "It is not earned for credit, so nothing goes on a transcript." in text(page)
    assert page.context["rows"][2]["identity"] == "Name and address match the records"
    assert [(fact["text"], fact["met"]) for fact in page.context["rows"][2]["facts"]] == [
        ("Completed on 1 February 2020", True),
    ]
    assert page.context["rows"][3]["identity"] == "The address is that of Test learner 4"
    for show, expected in (("same_name", "34"), ("against", "1"), ("doubtful", "1234"), ("nonsense", "1234")):
        shown = client.get(url("request_check", request), {"show": show}).context["rows"]
        assert "".join(row["line"].email[7] for row in shown) == expected
    assert len(client.get(url("request_check", request), {"q": "LEARNER2@"}).context["rows"]) == 1
    assert "No such line" in text(client.get(url("request_check", request), {"q": "nobody\x00"}))


def test_some_are_released_and_the_others_go_back_with_comments(campus):
    place = campus("cu_boulder")
    request = submitted(place, 3)
    withdraw("learner3@learners.example")
    client = site_for(place.registrar)
    client.post(url("request_look", request))
    assert "Release …" not in text(client.get(url("request_check", request)))
    client.post(url("request_leave_out", request), {"kind": "against", "held": "1"})
    page = text(client.get(url("request_check", request)))
    assert "Release 2 of 3 …" in page
    last = numbers(request)[-1]
    sent = {"line": last, "held": last, f"comment-{last}": "Where is the completion?", "seen": ""}
    assert client.post(url("request_mark", request), sent).status_code == 302
    assert "1 line is left out" in text(client.get(url("request_release", request)))
    wrong = client.post(url("request_release", request), {"rest": "sell", "seen": ""})
    assert (wrong.status_code, IssuanceRequest.objects.get(pk=request.pk).state) == (409, "submitted")
    assert client.post(url("request_release", request), {"rest": "return", "seen": ""}).status_code == 302
    request.refresh_from_db()
    other = IssuanceRequest.objects.get(parted_from=request)
    assert (request.state, request.lines.count(), other.state, other.lines.count()) == (
        "approved",
        2,
        "returned",
        1,
    )
    assert acts(other) == ["left out", "sent back"]
    assert Mail.objects.filter(kind="request_returned", recipient=place.issuer).count() == 1
    asker = site_for(place.issuer)
    assert "Where is the completion?" in text(asker.get(url("request", other)))
    assert "Where is the completion?" in text(asker.get(url("request_mend", other)))
    awarding.run(request.job.pk)
    assert Award.objects.filter(request_id=request.pk).count() == 2
    Completion.objects.update(withdrawn_at=None)
    again = requests.resubmit(request=other, lines=decisions.lines_of(other), by=place.issuer)
    line = again.lines.get()
    assert (again.state, line.comment, line.held) == ("submitted", "Where is the completion?", False)


def test_lines_kept_wait_on_with_the_certifier(campus):
    place = campus("cu_boulder")
    request = submitted(place, 3)
    first, *_ = numbers(request)
    marking.mark(request=request, marks={first: Mark(True)}, by=place.registrar)
    with pytest.raises(Refused) as error:
        requests.approve(request=request, by=place.registrar)
    assert words(error) == "Say what the requester should change: here, or beside each line that goes back."
    requests.approve(request=request, by=place.registrar, rest="keep")
    other = IssuanceRequest.objects.get(parted_from=request)
    assert (other.state, other.decided_at, list(other.lines.values_list("number", "held"))) == (
        "submitted",
        None,
        [(first, False)],
    )


@pytest.mark.parametrize(
    "marks, said",
    [
        ({999: Mark(True)}, "The request has no line 999."),
        ({2: Mark(False, "x" * 1001)}, "Line 2: the comment is longer than 1,000 characters."),
        ({2: Mark(False, "a\x00b")}, "Line 2: there are control characters."),
    ],
    ids=["unknown", "long", "nul"],
)
def test_wrong_marks_are_refused(campus, marks, said):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    with pytest.raises(Refused) as error:
        marking.mark(request=request, marks=marks, by=place.registrar)
    assert words(error) == said
    assert not request.lines.exclude(held=False, comment="").exists()


def test_nothing_can_be_marked_by_others_or_once_it_is_decided(campus):
    place = campus("cu_boulder")
    request = submitted(place, 2)
    for who in (place.issuer, place.programme_manager, place.stranger):
        with pytest.raises(PermissionDenied):
            marking.leave_out(request=request, kind="", by=who)
    for name in ("request_mark", "request_leave_out", "request_look"):
        statuses = [site_for(getattr(place, who)).post(url(name, request)).status_code for who in WHO]
        assert statuses == [403, 404, 403]
    marking.leave_out(request=request, kind="", by=place.registrar)
    with pytest.raises(Refused) as error:
        requests.approve(request=request, by=place.registrar)
    assert words(error) == decisions.NONE_LEFT
    requests.send_back(request=request, by=place.registrar, note="No.")
    with pytest.raises(Refused):
        marking.mark(request=request, marks={2: Mark(True)}, by=place.registrar)


WHO = ("programme_manager", "stranger", "nobody")


def test_sending_back_needs_a_note_or_a_comment(campus):
    place = campus("cu_boulder")
    request = submitted(place, 2)
    with pytest.raises(Refused):
        requests.send_back(request=request, by=place.registrar)
    first, *_ = numbers(request)
    marking.mark(request=request, marks={first: Mark(False, "Which term?")}, by=place.registrar)
    requests.send_back(request=request, by=place.registrar)
    assert acts(request)[-1] == "sent back"


def test_check_page_takes_the_same_queries_for_three_lines_and_three_hundred(campus):
    place, taken = campus("cu_boulder"), []
    client = site_for(place.registrar)
    for start, count in ((1, 3), (1000, 300)):
        definition = credential(place, facts={"title": f"Credential {count}"})
        lines = learners(definition, count, start=start)
        request = requests.submit(definition=definition, lines=lines, by=place.issuer)
        client.get(url("request_check", request))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("request_check", request))
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_api_marks_lines_and_releases_the_others_for_a_day(campus):
    place = campus("cu_boulder")
    request = submitted(place, 3)
    api, first = api_for(place.registrar), numbers(request)[0]
    here = f"/api/v1/issuance-requests/{request.pk}/"
    listed = api.get(f"{here}lines/", {"show": ""}).json()
    assert (listed["count"], listed["results"][0]["held"]) == (3, False)
    marked = api.post(
        f"{here}lines/", {"lines": [{"number": first, "held": True, "comment": "Who?"}]}, format="json"
    )
    assert (marked.status_code, marked.json()) == (200, {"changed": 1})
    assert (
        api.post(f"{here}lines/", {"lines": [{"number": 999, "held": True}]}, format="json").status_code
        == 409
    )
    day = place.institution.today() + dt.timedelta(days=2)
    done = api.post(f"{here}approve/", {"due_on": str(day)}, format="json").json()
    assert (done["state"], done["due_on"], done["recipients"]) == ("approved", str(day), 2)
    assert api.post(f"{here}day/", {"due_on": None}, format="json").json()["due_on"] is None
    stopped = api.post(f"{here}stop/", {"reason": "Wrong."}, format="json").json()
    assert stopped == {"lines": 2, "deliveries": 0}
    assert (
        api_for(place.programme_manager).post(f"{here}stop/", {"reason": "x"}, format="json").status_code
        == 403
    )
