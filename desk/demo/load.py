"""Load the demo: found the campuses, tell the stories, in one transaction, so that there is all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import Institution, Person
from credentials.actions import indexing
from desk.demo import cast, goals, office, platforms, sitting, talk, timeline
from desk.demo.plans import PLANS
from desk.demo.stories import asking, boulder, checking, cohorts, issuing, keeping, model, montana, stack
from desk.models import DemoLoad
from evaluation import waits
from evaluation.actions import measuring
from issuance.figures import ours, taking
from journal import clock
from policies.reasons import Refused

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story

FOUNDED = 1200  # days before the loading
LOAD_LOCK = 0xDE30  # an advisory lock: of two loadings at once one waits for the other


@transaction.atomic
def load() -> bool:
    """Load the demo; False when it is there already.

    Effects: everything that the stories do, each act at its moment in the past; badges are pushed to the local sandbox
    of the platforms where it answers, else they wait for the worker. Refused: a database in which somebody founded a
    campus, and settings that would send made-up badges to a real platform.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    if DemoLoad.objects.exists():
        return False
    _refuse()
    now = clock.now()
    with clock.at(timeline.moment(now, FOUNDED)):
        operator = cast.operator()
        campuses = {plan.pack: cast.found(plan, operator) for plan in PLANS}
    timeline.replay(_stories(campuses), now)
    _figures()
    rows = _signins(campuses)
    Person.objects.filter(email__in=[row["email"] for row in rows]).update(
        password=make_password(cast.PASSWORD)
    )
    DemoLoad.objects.create(loaded_at=now, signins=rows)
    return True


def _refuse() -> None:
    if Institution.objects.exists():
        raise Refused("There is a campus here already, so the demo is not loaded.")
    if real := platforms.real_platforms():
        names = " and ".join(real)
        raise Refused(
            f"The demo would send made-up badges to {names}, whose address is not on this machine. "
            "Start with EMPTY=1, or leave its variables out."
        )


def _stories(campuses: dict[str, Campus]) -> list[Story]:
    sandbox = platforms.find()
    if sandbox.url:
        platforms.no_calls_lately()
    return [
        *model.stories(campuses["model"]),
        *boulder.stories(campuses["cu_boulder"]),
        *montana.stories(campuses["montana"]),
        *talk.stories(campuses["model"]),
        *goals.stories(campuses["model"]),
        *sitting.stories(campuses["model"]),
        *issuing.stories(campuses, sandbox),
        *checking.stories(campuses, sandbox),
        *stack.stories(campuses["model"], sandbox),
        *asking.stories(campuses),
        *cohorts.stories(campuses["model"]),
        *office.stories(campuses["model"], campuses["cu_boulder"]),
        *keeping.stories(campuses, sandbox),
    ]


def _figures() -> None:
    """What is counted here, the catalogue's index, and what the platforms say as of now where the sandbox answers."""
    ours.roll_up()
    indexing.tend()
    waits.roll_up()
    measuring.measure_all()
    if platforms.find().url:
        platforms.no_calls_lately()
        for one in taking.due():
            taking.take(one)


def _signins(campuses: dict[str, Campus]) -> list[dict[str, str]]:
    """Who can sign in: role, campus, address."""
    rows = [{"role": "system operator", "campus": "all", "email": cast.OPERATOR[0]}]
    for campus in campuses.values():
        rows += [
            {"role": campus.roles[local], "campus": campus.institution.name, "email": person.email}
            for local, person in campus.people.items()
        ]
    return rows
