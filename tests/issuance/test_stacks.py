"""A stack is awarded when, and only when, all its parts are held and not revoked: at the request, release, award."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.urls import reverse

from credentials.actions import stacks
from credentials.models import Award, Part, Standing
from issuance import awarding
from issuance.actions import deliveries, requests
from issuance.checking import checks
from issuance.checking.typed import Line
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import texts
from tests.issuance.support import credential, learners
from tests.lists import send
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
LISTED = {"about": {"parts": [{"part": "Reef monitoring"}, {"part": "reef REPAIR"}]}}


class Reef:
    """A campus with two badges and the stack of both."""

    def __init__(self, place, *, linked=True, answers=LISTED):
        self.place, self.asa = place, place.offices["asa"]
        self.parts = [credential(place, facts={"title": t}) for t in ("Reef monitoring", "Reef repair")]
        self.whole = credential(
            place, type="micro_certificate", facts={"title": "Reef steward"}, answers=answers
        )
        if linked:
            stacks.set_parts(definition=self.whole, parts=self.parts, by=self.asa)

    def award(self, definition, lines):
        """The awards, released by the office."""
        request = requests.submit(definition=definition, lines=lines, by=self.place.issuer)
        requests.approve(request=request, by=self.asa)
        awarding.run(request.job.pk)
        return list(Award.objects.filter(request_id=request.pk).order_by("recipient_email"))

    def earned(self, count):
        """So many learners who hold both parts."""
        for part in self.parts:
            lines = learners(part, count)
            self.award(part, lines)
        return lines


@pytest.fixture
def reef(campus):
    return Reef(campus("florida_international"))


def said(definition, lines, person):
    verdict = checks.check(definition, lines, person)
    return {n: [(r.clause, r.text) for r in found] for n, found in verdict.lines.items()}


@pytest.mark.clause("FIU-12")
def test_lines_without_every_part_are_refused_naming_what_is_missing(reef):
    lines = learners(reef.parts[0], 3)
    reef.award(reef.parts[0], lines)
    reef.award(reef.parts[1], learners(reef.parts[1], 1))
    asked = [*lines, Line(9, "New", "new@learners.example")]
    both = "Not earned, or revoked: Reef monitoring; Reef repair."
    assert said(reef.whole, asked, reef.place.issuer) == {
        3: [("FIU-12", "Not earned, or revoked: Reef repair.")],
        4: [("FIU-12", "Not earned, or revoked: Reef repair.")],
        9: [("FIU-12", both)],
    }


@pytest.mark.clause("FIU-12")
def test_who_holds_all_parts_is_awarded_without_any_further_record(reef):
    lines = reef.earned(2)
    assert len(reef.award(reef.whole, lines)) == 2


@pytest.mark.clause("FIU-12")
def test_missing_part_is_refused_in_the_form_the_list_and_the_api(reef):
    body = {
        "definition": str(reef.whole.pk),
        "recipients": [{"name": "New", "email": "new@learners.example"}],
    }
    answer = api_for(reef.place.issuer).post("/api/v1/issuance-requests/", body, format="json")
    assert (answer.status_code, [r["clause"] for r in answer.json()["reasons"]]) == (409, ["FIU-12"])
    site = site_for(reef.place.issuer)
    sent = {"name": "New", "email": "new@learners.example", "evidence_url": "", "narrative": ""}
    form = site.post(reverse("request_new", args=[reef.whole.pk]), sent)
    assert form.status_code == 409
    assert "Reef monitoring; Reef repair. (FIU-12)" in texts(form)
    text = "name,email\nNew,new@learners.example\n"
    listed = send(site, reverse("request_list", args=[reef.whole.pk]), text)
    assert [d["clause"]["id"] for row in listed.context["rows"] for d in row["doubts"]] == ["FIU-12"]


@pytest.mark.clause("FIU-12")
def test_part_revoked_before_the_release_stops_it(reef):
    lines = reef.earned(1)
    request = requests.submit(definition=reef.whole, lines=lines, by=reef.place.issuer)
    part = Award.objects.filter(definition=reef.parts[0]).get()
    deliveries.revoke_award(award=part, reason="Mistake", by=reef.asa)
    answer = api_for(reef.asa).post(f"/api/v1/issuance-requests/{request.pk}/approve/")
    assert (answer.status_code, [r["clause"] for r in answer.json()["reasons"]]) == (409, ["FIU-12"])
    site = site_for(reef.asa)
    site.post(reverse("request_look", args=[request.pk]))  # as the page does when it is opened
    page = site.get(reverse("request_check", args=[request.pk]))
    points = [(p["text"], p["state"]) for p in page.context["points"]]
    assert ("Each learner holds what the stack asks for.", "not_met") in points
    assert "Each learner has completed the programme." not in {text for text, _ in points}


@pytest.mark.clause("FIU-12")
def test_part_revoked_between_release_and_award_stops_that_line_alone(reef):
    request = requests.submit(definition=reef.whole, lines=reef.earned(3), by=reef.place.issuer)
    requests.approve(request=request, by=reef.asa)
    part = Award.objects.filter(definition=reef.parts[1]).order_by("recipient_email")[1]
    deliveries.revoke_award(award=part, reason="Mistake", by=reef.asa)
    assert awarding.run(request.job.pk) == 2
    assert list(request.lines.order_by("number").values_list("problem", flat=True)) == [
        "", "Not earned, or revoked: Reef repair. (FIU-12)", "",
    ]  # fmt: skip


@pytest.mark.clause("FIU-12")
@pytest.mark.django_db(transaction=True)
def test_part_is_either_revoked_first_or_awarded_upon(campus):
    """Revoking waits for the worker that reads the part, or the worker sees it revoked; never neither."""
    reef = Reef(campus("florida_international"))
    request = requests.submit(definition=reef.whole, lines=reef.earned(1), by=reef.place.issuer)
    requests.approve(request=request, by=reef.asa)
    part = Award.objects.filter(definition=reef.parts[0]).get()

    def revoke():
        deliveries.revoke_award(award=part, reason="Mistake", by=reef.asa)
        connections.close_all()

    thread = threading.Thread(target=revoke)
    thread.start()
    awarding.run(request.job.pk)
    thread.join()
    line = request.lines.get()
    assert bool(line.award_id) != bool(line.problem)
    made = Award.objects.filter(definition=reef.whole).first()
    part.refresh_from_db()
    assert made is None or made.awarded_at <= part.revoked_at


# --- what it is made of -------------------------------------------------------------------------


@pytest.mark.clause("FIU-12")
def test_collection_without_parts_cannot_be_asked_for(campus):
    reef = Reef(campus("florida_international"), linked=False)
    assert [r.clause for r in checks.request_reasons(reef.whole, reef.place.issuer)] == ["FIU-12"]
    page = site_for(reef.place.issuer).get(reverse("request_new", args=[reef.whole.pk]))
    assert "not settled yet which credentials this stack is made of" in texts(page)


@pytest.mark.clause("FIU-12")
def test_form_suggests_the_credentials_that_the_proposal_names(campus):
    reef = Reef(campus("florida_international"), linked=False)
    site, path = site_for(reef.asa), reverse("definition_setup", args=[reef.whole.pk])
    form = site.get(path).context["parts"]
    assert [(form[n].label, form[n].value()) for n in ("part_1", "part_2")] == [
        ("Reef monitoring", reef.parts[0].pk),
        ("reef REPAIR", reef.parts[1].pk),
    ]
    twice = {"link": "1", "part_1": str(reef.parts[0].pk), "part_2": str(reef.parts[0].pk)}
    refused = site.post(path, twice)
    assert refused.status_code == 409
    assert "One credential is named twice. ( FIU-12 )" in texts(refused)  # the clause is a link
    done = site.post(path, twice | {"part_2": str(reef.parts[1].pk)}, follow=True)
    assert "It is settled what the stack is made of." in texts(done)
    assert list(Part.objects.values_list("number", "part", "line")) == [
        (1, reef.parts[0].pk, "Reef monitoring"),
        (2, reef.parts[1].pk, "reef REPAIR"),
    ]
    entry = Entry.objects.filter(subject_id=reef.whole.pk).latest("number")
    assert entry.detail == {"version": 1, "parts": [str(part.pk) for part in reef.parts]}


@pytest.mark.clause("FIU-12")
def test_parts_are_chosen_freely_where_the_proposal_lists_none(campus):
    reef = Reef(campus("florida_international"), linked=False, answers={})
    site, path = site_for(reef.asa), reverse("definition_setup", args=[reef.whole.pk])
    assert "parts" in site.get(path).context["parts"].fields
    assert site.post(path, {"link": "1"}).status_code == 409
    site.post(path, {"link": "1", "parts": [str(part.pk) for part in reef.parts]})
    assert Part.objects.count() == 2


@pytest.mark.clause("FIU-12")
def test_what_cannot_be_a_part_is_refused(campus):
    place = campus("florida_international")
    reef, other = Reef(place), campus("montana")
    draft = credential(place, standing=Standing.DRAFT, facts={"title": "Draft"})
    foreign = credential(other, facts={"title": "Foreign"})
    outer = credential(place, type="micro_certificate", facts={"title": "Ocean steward"}, answers=LISTED)
    stacks.set_parts(definition=outer, parts=[reef.whole, reef.parts[0]], by=reef.asa)
    cases = {
        (): "Name the credentials that it is made of.",
        (reef.parts[0],): "The approved proposal lists 2; 1 is named here.",
        (reef.parts[0], draft): "“Draft” is not an approved credential of this campus.",
        (reef.parts[0], foreign): "“Foreign” is not an approved credential of this campus.",
        (reef.parts[0], reef.whole): "“Reef steward” is not an approved credential of this campus.",
        (reef.parts[0], outer): "“Ocean steward” in turn requires this stack.",
    }
    for parts, text in cases.items():
        with pytest.raises(Refused) as refused:
            stacks.set_parts(definition=reef.whole, parts=list(parts), by=reef.asa)
        assert [(r.clause, r.text) for r in refused.value.reasons] == [("FIU-12", text)], parts
    with pytest.raises(Refused) as refused:
        stacks.set_parts(definition=reef.parts[0], parts=[reef.parts[1]], by=reef.asa)
    assert refused.value.reasons[0].text == stacks.NO_STACK
    assert Part.objects.of(reef.whole.current).count() == 2


@pytest.mark.clause("FIU-12")
@pytest.mark.parametrize("who", ["issuer", "programme_manager", "registrar", "administrator"])
def test_only_those_who_make_badges_say_what_it_is_made_of(reef, who):
    person = getattr(reef.place, who)
    with pytest.raises(PermissionDenied):
        stacks.set_parts(definition=reef.whole, parts=reef.parts, by=person)
    path = f"/api/v1/definitions/{reef.whole.pk}/parts/"
    body = {"parts": [str(part.pk) for part in reef.parts]}
    assert api_for(person).post(path, body, format="json").status_code == 403
    assert [row["title"] for row in api_for(person).get(path).json()] == ["Reef monitoring", "Reef repair"]
