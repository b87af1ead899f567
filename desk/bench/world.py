"""A campus for measuring: an established credential, an issuer, a certifier, learners with recorded completion."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from PIL import Image

from accounts.actions import institutions
from accounts.models import AdoptedPolicy, Institution, Person, RoleGrant, Unit
from credentials.models import Definition, DefinitionVersion, Standing
from issuance.checking.typed import Line
from journal import clock
from learning.models import CompetencyMet, Completion, Offering
from policies.loader import packs
from policies.schema import Pack

START = dt.date(2020, 1, 1)
COMPETENCIES = [{"name": f"Competency {n}", "assessment": "A practical examination."} for n in range(1, 5)]


@dataclass(frozen=True)
class World:
    """Who asks, who releases, and what for."""

    definition: Definition
    issuer: Person
    certifier: Person
    offering: Offering


def build(pack_slug: str) -> World:
    """Make it from a pack; every run has a campus of its own."""
    return build_from(packs()[pack_slug])


def build_from(pack: Pack) -> World:
    """The same from a pack at hand."""
    institution = institutions.found(pack=pack, name=f"Bench {uuid.uuid4().hex[:8]}")
    slug, policy = institution.slug, institution.policy
    unit = Unit.objects.create(institution=institution, name="Bench unit")
    definition = _definition(institution, unit, policy)
    issuer = _person(slug, "issuer")
    _grant(issuer, institution, role="issuer", unit=unit)
    issuer.qualifications.create(institution=institution, kind="trained_issuer", starts_on=START)
    certifier = _person(slug, "certifier")
    for rule in pack.issuance.certifiers:
        _grant(certifier, institution, role="office_holder", office=rule.office)
    offering = Offering.objects.create(
        institution=institution,
        definition=definition,
        title="Bench offering",
        starts_on=START,
        created_by=issuer,
        created_at=clock.now(),
    )
    return World(definition, issuer, certifier, offering)


def _person(slug: str, name: str) -> Person:
    return Person.objects.create(email=f"{name}@{slug}.example", name=f"Bench {name}")


def _grant(person: Person, institution: Institution, **role: object) -> None:
    RoleGrant.objects.create(person=person, institution=institution, starts_on=START, **role)


def _definition(institution: Institution, unit: Unit, policy: AdoptedPolicy) -> Definition:
    definition = Definition.objects.create(
        institution=institution,
        unit=unit,
        slug=f"{institution.slug}-credential",
        type=policy.pack.types[0].id,
        standing=Standing.ESTABLISHED,
        standing_since=START,
        created_at=clock.now(),
    )
    definition.current = DefinitionVersion.objects.create(
        definition=definition,
        number=1,
        title="Bench credential",
        description="A credential of ordinary size. " * 8,
        criteria="The learner shows each competency in practice. " * 6,
        competencies=COMPETENCIES,
        skills=["Measuring", "Comparing", "Reporting"],
        policy=policy,
        proposal_id=uuid.uuid4(),
        revision_hash="0" * 64,
        approved_on=START,
    )
    png = io.BytesIO()
    Image.new("RGB", (300, 300), "#7a1f1f").save(png, "PNG")
    definition.image.save("bench.png", ContentFile(png.getvalue()), save=False)
    definition.save()
    return definition


def learners(world: World, count: int) -> list[Line]:
    """So many learners more with recorded completion, as the lines of a request."""
    slug = world.definition.institution.slug
    before = Completion.objects.filter(offering=world.offering).count()
    people = Person.objects.bulk_create(
        (
            Person(email=f"learner{n}@{slug}.example", name=f"Bench learner {n}", password="!")
            for n in range(before, before + count)
        ),
        batch_size=1000,
    )
    now = clock.now()
    made = Completion.objects.bulk_create(
        (
            Completion(
                offering=world.offering,
                version=world.definition.current,
                learner=person,
                learner_name=person.name,
                completed_on=START,
                enrolled=True,
                evidence="Portfolio",
                recorded_by=world.issuer,
                recorded_at=now,
            )
            for person in people
        ),
        batch_size=1000,
    )
    CompetencyMet.objects.bulk_create(
        (
            CompetencyMet(completion=c, competency=competency["name"], met_on=START)
            for c in made
            for competency in COMPETENCIES
        ),
        batch_size=2000,
    )
    return [Line(number=n, name=p.name, email=p.email) for n, p in enumerate(people, 1)]
