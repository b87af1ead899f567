"""A credential that may be awarded, learners who completed it, requests in any state, platforms at the sandbox."""

import datetime as dt
import io
import uuid

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import Person
from credentials.actions import definitions, transcripts
from credentials.models import Standing
from issuance import awarding
from issuance.actions import requests
from issuance.checking.typed import Line
from issuance.models import Delivery, PlatformAccount
from issuance.platforms import registry
from issuance.sandbox.state import settings_at
from issuance.sending import lanes, limiter
from learning.models import CompetencyMet, Completion, Offering
from policies.engine import Competency, DefinitionFacts

LONG_AGO = dt.date(2020, 1, 1)
COMPETENCIES = ("Reads data", "Questions data", "Explains data")
FACTS = {
    "title": "Data Literacy",
    "description": "Reads, questions and explains data.",
    "criteria": "A portfolio of three analyses.",
    "competencies": [Competency(name, "Portfolio") for name in COMPETENCIES],
    "skills": ["Reading data", "Questioning data", "Explaining data"],
    "for_credit": False,
    "credits": None,
    "level": "",
    "modality": "",
    "workload": "",
    "level_values": [],
    "modality_values": [],
    "audience": [],
    "stacks_into": "",
}


def png():
    """A small image."""
    out = io.BytesIO()
    Image.new("RGB", (300, 300), "#20456b").save(out, "PNG")
    return ContentFile(out.getvalue(), "badge.png")


def credential(campus, *, standing=Standing.ESTABLISHED, until=None, image=True, answers=None, **changes):
    """An approved credential of the campus's department, with a badge image."""
    kind = campus.pack.types[0]
    definition = definitions.approve(
        definition=None,
        institution=campus.institution,
        unit=campus.unit,
        type=changes.pop("type", kind.id),
        facts=DefinitionFacts(**(FACTS | changes.pop("facts", {}))),
        answers=answers or {},
        policy=campus.institution.policy,
        proposal_id=uuid.uuid4(),
        revision_hash="0" * 64,
        approvals=[],
        badge=changes.get("badge", True),
        notation=changes.get("notation", not changes.get("badge", True)),
        by=campus.programme_manager,
    )
    definition = definitions.set_standing(
        definition=definition, standing=standing, since=LONG_AGO, awards_until=until, by=None
    )
    if image:
        definition.image.save("badge.png", png(), save=True)
        definition.image_alt = "A blue square"
        definition.save()
    return definition


def with_code(definition, campus, code="AE-101"):
    """The definition with an Academic Event Code whose approval the registrar has recorded."""
    transcripts.record_code(
        definition=definition,
        code=code,
        body="Academic Standards Committee",
        approved_on=dt.date(2020, 1, 15),
        by=campus.registrar,
    )
    return definition


def learners(definition, count, *, start=1, enrolled=True, met=COMPETENCIES):
    """So many people who completed the credential, as the lines of a request."""
    campus = definition.institution
    names = {f"learner{n}@learners.example": f"Test learner {n}" for n in range(start, start + count)}
    Person.objects.bulk_create(
        (Person(email=email, name=name, password="!") for email, name in names.items()), ignore_conflicts=True
    )
    known = {person.email: person for person in Person.objects.filter(email__in=names)}
    people = [known[email] for email in names]
    assessor = Person.objects.filter(grants__institution=campus).first()
    offering = Offering.objects.create(
        institution=campus,
        definition=definition,
        title="First run",
        starts_on=LONG_AGO,
        created_by=assessor,
        created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    )
    made = Completion.objects.bulk_create(
        Completion(
            offering=offering,
            version=definition.current,
            learner=person,
            learner_name=person.name,
            completed_on=dt.date(2020, 2, 1),
            enrolled=enrolled,
            evidence="Portfolio",
            recorded_by=assessor,
            recorded_at=dt.datetime(2020, 2, 2, tzinfo=dt.UTC),
        )
        for person in people
    )
    CompetencyMet.objects.bulk_create(
        CompetencyMet(completion=c, competency=name, met_on=c.completed_on) for c in made for name in met
    )
    return [Line(n, person.name, person.email) for n, person in enumerate(people, 2)]


def submitted(campus, count=3, definition=None, **how):
    """A request with the certifier."""
    definition = definition or credential(campus, **how)
    return requests.submit(definition=definition, lines=learners(definition, count), by=campus.issuer)


def approved(campus, count=3, definition=None, **how):
    """A request released by the registrar; nothing is awarded yet."""
    return requests.approve(request=submitted(campus, count, definition, **how), by=campus.registrar)


def awarded(campus, count=3, definition=None, **how):
    """A request whose awards are made and whose deliveries wait."""
    request = approved(campus, count, definition, **how)
    awarding.run(request.job.pk)
    return request


def states(request):
    """How many deliveries are in each state."""
    found = {}
    for state in Delivery.objects.filter(request=request).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def run_lane(request=None):
    """One run over the only account, or over that of the request."""
    accounts = PlatformAccount.objects.all()
    if request is not None:
        accounts = accounts.filter(deliveries__request=request).distinct()
    return lanes.run(str(accounts.get().pk))


def environment(sandbox):
    """What points at the sandbox, with short waits."""
    waits = {"CONNECT_SECONDS": "0.5", "READ_SECONDS": "1", "INDEX_LAG_SECONDS": "0.2"}
    short = {f"{kind.upper()}_{name}": value for kind in registry.KINDS for name, value in waits.items()}
    return settings_at(sandbox.url) | short


@pytest.fixture
def platforms(sandbox, settings):
    """All platforms at the sandbox, with a limiter that has been idle for long."""
    for name, value in environment(sandbox).items():
        setattr(settings, name, value)
    for kind in registry.KINDS:
        limiter.current().start(registry.connect(kind), seconds_ago=3600)
    return sandbox


@pytest.fixture(autouse=True)
def nothing_is_woken():
    """Messages that an earlier test sent are not remembered."""
    cache.clear()
