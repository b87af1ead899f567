"""One person's hand after another's on the API, and the worker in this process."""

import io
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from credentials.checking import check_any
from credentials.openbadges.verify import Answer
from issuance import awarding, lanes
from issuance.models import Delivery, PlatformAccount
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

    def sign(self, person, outcome="approve"):
        steps = self.call(person, "get", "steps/?waiting=me")["results"]
        step = next(s for s in steps if s["proposal"] == self.key)
        body = {"outcome": outcome, "note": "Read and agreed.", "form": {}}
        return self.call(person, "post", f"steps/{step['id']}/complete/", body)

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


def badge_and_training(walk, definition):
    campus, manager = walk.campus, walk.campus.programme_manager
    api = api_for(manager)
    path = f"/api/v1/definitions/{definition}/image/"
    answer = api.post(path, {"file": png(), "alt": "A blue seal"}, format="multipart")
    assert answer.status_code == 200, answer.content
    body = {"institution": campus.institution.slug}
    walk.call(manager, "post", f"people/{campus.untrained_issuer.pk}/trainings/", body, 201)


def issue(walk, definition, certifier, issuer=None):
    """An offering, a completion, a request, its release; returns the award's id."""
    campus = walk.campus
    issuer = issuer or campus.issuer
    offering = {
        "definition": definition,
        "title": "First run",
        "starts_on": "2020-01-01",
        "assessors": [campus.assessor.email],
    }
    made = walk.call(issuer, "post", "offerings/", offering, 201)
    completion = {
        "offering": made["id"],
        "name": "Test learner",
        "email": campus.learner.email,
        "completed_on": "2020-02-01",
        "evidence": "A portfolio",
        "enrolled": True,
    }
    walk.call(campus.assessor, "post", "completions/", completion, 201)
    recipients = [{"name": "Test learner", "email": campus.learner.email.upper()}]
    request = walk.call(
        issuer, "post", "issuance-requests/", {"definition": definition, "recipients": recipients}, 201
    )
    refused = walk.call(issuer, "post", f"issuance-requests/{request['id']}/approve/", {}, 403)
    assert refused["detail"]
    walk.call(certifier, "post", f"issuance-requests/{request['id']}/approve/", {})
    work()
    return walk.call(campus.learner, "get", "awards/")["results"][0]["id"]


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
    """The signed file as a stranger fetches it."""
    answer = Client().get(f"/awards/{award}.json")
    assert answer.status_code == 200
    report = check_any(answer.content, clock.now())
    assert {c.key: c.answer for c in report.checks} == {
        "document": Answer.YES,
        "issuer": Answer.YES,
        "signature": Answer.YES,
        "dates": Answer.YES,
        "status": Answer.YES,
    }
    return json.loads(answer.content)
