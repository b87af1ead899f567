"""One person's hand after another's on the API, and the worker in this process."""

import io
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from credentials.checking.anyone import check_any
from credentials.models import Award
from credentials.openbadges.verify import Answer
from issuance import awarding
from issuance.models import Delivery, PlatformAccount
from issuance.sending import lanes
from journal import clock
from tests.support import api_for


class Walk:
    """One person's hand after another's on the API; every answer is checked."""

    def __init__(self, campus):
        self.campus = campus
        self.key = None

    def call(self, person, method, path, data=None, expect=200, **kwargs):
        answer = getattr(api_for(person), method)(f"/api/v1/{path}", data, **kwargs)
        assert answer.status_code == expect, (path, answer.status_code, answer.content[:2000])
        return answer.json() if answer.content else None

    def start(self, document, proposers, type="badge"):
        made = self.call(
            proposers[0],
            "post",
            "proposals/",
            {
                "institution": self.campus.institution.slug,
                "unit": str(self.campus.unit.pk),
                "type": type,
                "proposers": [p.email for p in proposers],
                "document": document,
            },
            201,
        )
        self.key = made["id"]
        return made

    def write(self, person, document):
        version = self.get(person)["version"]
        return self.call(
            person, "patch", f"proposals/{self.key}/", {"version": version, "document": document}
        )

    def attach(self, person, field, content):
        path = f"/api/v1/proposals/{self.key}/files/"
        data = {"field": field, "file": SimpleUploadedFile("syllabus.pdf", content)}
        answer = api_for(person).post(path, data, format="multipart")
        assert answer.status_code == 201, answer.content

    def get(self, person):
        return self.call(person, "get", f"proposals/{self.key}/")

    def move(self, person, transition, expect=200):
        return self.call(person, "post", f"proposals/{self.key}/{transition}/", {"note": "Because."}, expect)

    def sign(self, person, outcome="approve", form=None, expect=200):
        """The first step that waits for the person; `form` is what they record with it."""
        body = {"outcome": outcome, "note": "Read and agreed.", "form": form or {}}
        return self.call(person, "post", f"steps/{self.step_of(person)}/complete/", body, expect)

    def step_of(self, person):
        waiting = self.call(person, "get", "steps/?waiting=me")["results"]
        return next(step["id"] for step in waiting if step["proposal"] == self.key)

    def vote(self, body, choice="approve"):
        """Everyone votes, the chair too, then the chair closes."""
        chair, members = self.campus.chair(body), self.campus.members(body)
        for member in [*members, chair]:
            ballot = self.ballot_of(member)
            self.call(member, "post", f"ballots/{ballot}/vote/", {"choice": choice, "comment": "Agreed."})
        return self.call(chair, "post", f"ballots/{ballot}/close/")

    def vote_all(self, members, choice="approve"):
        """A panel: the first is its chair."""
        for member in members:
            ballot = self.ballot_of(member)
            self.call(member, "post", f"ballots/{ballot}/vote/", {"choice": choice})
        return self.call(members[0], "post", f"ballots/{ballot}/close/")

    def ballot_of(self, member):
        waiting = self.call(member, "get", "ballots/?waiting=me")["results"]
        return next(b["id"] for b in waiting if b["proposal"] == self.key)


def form_panel(walk):
    """The senate office forms the subcommittee: first without a student (refused by clause), then whole."""
    campus, office = walk.campus, walk.campus.offices["senate_office"]
    waiting = walk.call(office, "get", "steps/?waiting=me")["results"]
    step = next(s["id"] for s in waiting if s["proposal"] == walk.key)
    panel = campus.panel("subcommittee")
    members = [
        {"seat": seat, "email": person.email, "chair": chair, "experienced": experienced}
        for seat, person, chair, experienced in panel
    ]
    short = [m for m in members if m["seat"] != "students"]
    refused = walk.call(office, "post", f"steps/{step}/panel/", {"members": short}, 409)
    assert {r["clause"] for r in refused["reasons"]} == {"UM-18"}
    walk.call(office, "post", f"steps/{step}/panel/", {"members": members})
    return sorted((person for _, person, _, _ in panel), key=lambda p: p != panel[0][1])


def png():
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "#20456b").save(out, "PNG")
    return SimpleUploadedFile("badge.png", out.getvalue(), "image/png")


def clauses(refused):
    """The clauses that a refusal names."""
    return {reason["clause"] for reason in refused["reasons"]}


def make_badge(definition, by):
    path = f"/api/v1/definitions/{definition}/image/"
    answer = api_for(by).post(path, {"file": png(), "alt": "A blue seal"}, format="multipart")
    assert answer.status_code == 200, answer.content


def badge_and_training(walk, definition):
    campus, manager = walk.campus, walk.campus.programme_manager
    make_badge(definition, manager)
    body = {"institution": campus.institution.slug}
    walk.call(manager, "post", f"people/{campus.untrained_issuer.pk}/trainings/", body, 201)


def issue(walk, definition, certifier, issuer=None):
    """An offering, a completion, a request, its release; returns the award's id."""
    issuer = issuer or walk.campus.issuer
    complete(walk, offer(walk, definition, issuer), walk.campus.learner)
    request = request_for(walk, definition, [walk.campus.learner], issuer=issuer)
    return release(walk, request, certifier, issuer)


def offer(walk, definition, issuer=None):
    """A first run, with the assessor named; returns its id."""
    offering = {
        "definition": definition,
        "title": "First run",
        "starts_on": "2020-01-01",
        "assessors": [walk.campus.assessor.email],
    }
    return walk.call(issuer or walk.campus.issuer, "post", "offerings/", offering, 201)["id"]


def complete(walk, offering, learner, enrolled=True, **more):
    """The assessor records the learner's completion; without `competencies` all of them are met."""
    completion = {
        "offering": offering,
        "name": "Test learner",
        "email": learner.email,
        "completed_on": "2020-02-01",
        "evidence": "A portfolio",
        "enrolled": enrolled,
        **more,
    }
    return walk.call(walk.campus.assessor, "post", "completions/", completion, 201)


def request_for(walk, definition, learners, expect=201, issuer=None):
    """The issuer asks for badges; returns the request, or the refusal."""
    recipients = [{"name": "Test learner", "email": person.email.upper()} for person in learners]
    body = {"definition": definition, "recipients": recipients}
    return walk.call(issuer or walk.campus.issuer, "post", "issuance-requests/", body, expect)


def release(walk, request, certifier, issuer=None):
    """The certifying office releases, which the requester cannot; returns the id of the learner's award."""
    path = f"issuance-requests/{request['id']}/approve/"
    refused = walk.call(issuer or walk.campus.issuer, "post", path, {}, 403)
    assert refused["detail"]
    walk.call(certifier, "post", path, {})
    work()
    held = walk.call(walk.campus.learner, "get", f"awards/?definition={request['definition']}")["results"]
    return next(award["id"] for award in held if not award["revoked_at"])


def work():
    """What a worker does when it is woken: open jobs, then the lanes."""
    for job in awarding.open_jobs():
        awarding.run(job)
    for account in PlatformAccount.objects.filter(active=True):
        lanes.run(str(account.pk))


def delivered(campus, award):
    """The one delivery of the award, and how it stands."""
    account = PlatformAccount.objects.get(institution=campus.institution)
    return Delivery.objects.get(account=account, award=award)


def verified(award):
    """The signed file as a stranger fetches it, who is refused until its learner has accepted it."""
    held = Award.objects.select_related("holder").get(pk=award)
    if held.accepted_at is None:
        assert Client().get(f"/awards/{award}.json").status_code == 403
        accepted = api_for(held.holder).post(
            f"/api/v1/awards/{award}/accept/", {"visibility": "link"}, format="json"
        )
        assert accepted.status_code == 200
    answer = Client().get(f"/awards/{award}.json")
    assert answer.status_code == 200
    report = check_any(answer.content, clock.now())
    questions = ["document", "issuer", "signature", "dates", "status"]
    if (
        "endorsement" in report.credential["credentialSubject"]["achievement"]
    ):  # all but what tests approve by hand
        questions.append("endorsements")
    assert {c.key: c.answer for c in report.checks} == dict.fromkeys(questions, Answer.YES)
    return json.loads(answer.content)
