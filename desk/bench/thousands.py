"""A campus of 2,000 people and 10,000 proposals, for measuring the pages of those who decide."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from accounts.actions import institutions
from accounts.models import Affiliation, Institution, Person, RoleGrant, SeatHolding, Unit
from credentials.models import Definition, DefinitionVersion
from desk.bench import much_discussed, stories
from desk.bench.bulk import Pile, Written
from journal import clock
from journal.models import Entry, Head
from policies.loader import packs
from proposals.models import Document, Proposal, Proposer, Revision, Step
from reviews.models import Ballot, BallotSeat, Comment, CommentVersion, Vote

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy
    from policies.schema import Pack

FIRST = (
    Definition,
    DefinitionVersion,
    Proposal,
    Proposer,
    Document,
    Revision,
    Step,
    Head,
    Entry,
    Ballot,
    BallotSeat,
)
TALK = (Comment, CommentVersion)
START = dt.date(2020, 1, 1)
SCHOOLS, DEPARTMENTS = 8, 5  # departments of a school
OFFICES = ("academic_affairs", "registrar", "provost")
FACULTY = 4  # on the committee, beside two office holders


@dataclass
class Cast:
    """Who and where; `members` votes, the first of them presides."""

    institution: Institution
    policy: AdoptedPolicy
    pack: Pack
    departments: list[Unit]
    people: list[Person]
    offices: dict[str, Person]
    manager: Person
    administrator: Person
    members: list[Person]
    deans: dict[uuid.UUID, Person]  # by department
    forms: dict[str, Written]  # as revisions keep them
    draw: random.Random
    at: dt.datetime


def build(people: int, proposals: int) -> tuple[Cast, Proposal]:
    """All of it under the model policy, by COPY, the same every time but for ids; and the one much discussed."""
    cast = _cast(people)
    pile = Pile()
    for number in range(proposals):
        stories.tell(cast, number, pile)
    discussed = much_discussed.tell(cast, pile)
    _store(pile)
    return cast, discussed


def _cast(people: int) -> Cast:
    pack = packs()["model"]
    institution = institutions.found(pack=pack, name=f"Bench {uuid.uuid4().hex[:8]}")
    departments = _departments(institution)
    crowd = Person.objects.bulk_create(
        (
            Person(email=f"p{n}@{institution.slug}.example", name=f"Bench person {n}", password="!")
            for n in range(people)
        ),
        batch_size=1000,
    )
    Affiliation.objects.bulk_create(Affiliation(person=one, institution=institution) for one in crowd)
    rest = iter(crowd)
    deans = {school: next(rest) for school in {unit.parent_id for unit in departments}}
    cast = Cast(
        institution=institution,
        policy=institution.policy,
        pack=pack,
        departments=departments,
        offices={office: next(rest) for office in OFFICES},
        manager=next(rest),
        administrator=next(rest),
        members=[next(rest) for _ in range(FACULTY)],
        deans={unit.pk: deans[unit.parent_id] for unit in departments},
        people=list(rest),
        forms={form.id: Written(form.model_dump_json()) for form in pack.forms},
        draw=random.Random(4),
        at=clock.now(),
    )
    cast.members[:0] = [cast.offices["academic_affairs"], cast.offices["registrar"]]
    _roles(cast, deans)
    return cast


def _departments(institution: Institution) -> list[Unit]:
    schools = [Unit.objects.create(institution=institution, name=f"School {n}") for n in range(SCHOOLS)]
    return [
        Unit.objects.create(institution=institution, parent=school, name=f"Department {n} of {school}")
        for school in schools
        for n in range(DEPARTMENTS)
    ]


def _roles(cast: Cast, deans: dict[uuid.UUID | None, Person]) -> None:
    here = {"institution": cast.institution, "starts_on": START}
    RoleGrant.objects.bulk_create(
        [
            RoleGrant(person=cast.manager, role="programme_manager", **here),
            RoleGrant(person=cast.administrator, role="campus_administrator", **here),
            *(RoleGrant(person=p, role="office_holder", office=o, **here) for o, p in cast.offices.items()),
            *(RoleGrant(person=p, role="section_head", unit_id=unit, **here) for unit, p in deans.items()),
            *(
                RoleGrant(person=p, role="proposer", unit=cast.departments[n % len(cast.departments)], **here)
                for n, p in enumerate(cast.people)
            ),
        ]
    )
    faculty = cast.members[2:]
    SeatHolding.objects.bulk_create(
        SeatHolding(person=p, body="committee", seat="faculty", **here) for p in faculty
    )


def _store(pile: Pile) -> None:
    """Votes know their line of the roll only once it is stored; references among the rest are checked at the end."""
    with transaction.atomic():
        pile.store(*FIRST)
        connection.check_constraints()  # now: the triggers of votes are slow while hundreds of thousands wait
        rolls = BallotSeat.objects.filter(person__isnull=False).values_list("ballot", "person", "pk")
        seats = {(ballot, person): key for ballot, person, key in rolls}
        for vote in pile.rows(Vote):
            vote.seat_id = seats[vote.ballot_id, vote.person_id]
        pile.store(Vote, *TALK)
        stories.close_ballots()
    with connection.cursor() as cursor:
        for model in (*FIRST, Vote, *TALK, Person, RoleGrant):  # as the database does by itself soon after
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")
