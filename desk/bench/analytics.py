"""`analytics`, `analytics_large`: the 95th percentile in milliseconds of the slowest page of figures, with 10,000 awards and
then with a million; each award with three events (mail, a share with views, an enrolment) over two years.

All that the pages tell is added up by the worker; how long that took stands beside the figure.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from django.db import connection

from accounts.models import Person, RoleGrant
from credentials.models import Award, ClaimLink, Share
from desk.bench import verify
from desk.bench.cloning import clone, settle
from desk.bench.pages import Door, signed_in, slowest
from desk.bench.world import START, World, build
from evaluation import waits
from evaluation.actions import goals, measuring
from evaluation.measures import measures
from issuance.figures import ours
from learning.models import Enrolment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desk.bench.figures import Figure

SMALL = 10_000
MOST_MS = 200.0
DAYS = 730
# Of the awards of a campus that have no events yet: mail with its link, a share with its views, an enrolment that finished.
MAIL = """
INSERT INTO credentials_claimlink ({columns}) SELECT {values} FROM credentials_award AS award
WHERE award.institution_id = %s AND NOT EXISTS (SELECT FROM credentials_claimlink AS one WHERE one.award_id = award.id)
"""
SHARES = """
INSERT INTO credentials_share (award_id, destination, day, shares, views)
SELECT id, (ARRAY['linkedin', 'mail', 'x', 'embed'])[1 + status_index %% 4], current_date - status_index %% {days}, 1, 3
FROM credentials_award WHERE institution_id = %s ON CONFLICT DO NOTHING
"""
ENROLMENTS = """
INSERT INTO learning_enrolment
    (id, offering_id, learner_id, learner_name, state, turn, added_at, added_by_id, enrolled_at, finished_on)
SELECT gen_random_uuid(), %s, holder_id, 'Bench', 'finished', row_number() OVER () + %s,
    now() - status_index %% {days} * interval '1 day', %s, now() - status_index %% {days} * interval '1 day', current_date
FROM credentials_award AS award WHERE institution_id = %s
AND NOT EXISTS (SELECT FROM learning_enrolment AS one WHERE one.learner_id = award.holder_id)
"""


def measure(n: int, awards: int, say: Callable[[str], object]) -> Iterator[Figure]:
    """The small database's figure, then the large one's with how many times slower it is."""
    world = build("model")
    manager, models = _manager(world), verify.awards(world, 4)
    small = None
    for name, number in (("analytics", min(SMALL, awards)), ("analytics_large", awards)):
        missing = number - Award.objects.filter(institution=world.definition.institution).count()
        clone(world, models, max(missing, 0), every=1000, say=say)
        _events(world)
        settle()
        figure = _measured(name, world, manager, n, number)
        if small:
            slower = {"slower": round(figure.value / small.value, 3)}
            figure = dataclasses.replace(figure, extra={**figure.extra, **slower})
        small = figure
        yield figure


def _manager(world: World) -> Person:
    campus = world.definition.institution
    person = Person.objects.create(email=f"manager@{campus.slug}.example", name="Bench manager")
    RoleGrant.objects.create(person=person, institution=campus, role="programme_manager", starts_on=START)
    for measure in measures().values():
        goals.set_goal(
            institution=campus, says=measure.label, measure=measure.key, period="month", direction="at_least",
            target=50, by=person,
        )  # fmt: skip
    return person


def _events(world: World) -> None:
    campus = world.definition.institution.pk
    given = {
        "person_id": "holder_id", "award_id": "id", "token_hash": "encode(sha256(id::text::bytea), 'hex')",
        "created_at": f"now() - status_index %% {DAYS} * interval '1 day'", "expires_at": "now()", "mail_key": "''",
        "opened_on": "current_date", "counts_opening": "true", "mail_seen_on": "current_date",
    }  # fmt: skip
    mail = MAIL.format(columns=", ".join(given), values=", ".join(given.values()))
    with connection.cursor() as cursor:
        cursor.execute(mail, [campus])
        cursor.execute(SHARES.format(days=DAYS), [campus])
        turn = Enrolment.objects.filter(offering=world.offering).count()
        cursor.execute(ENROLMENTS.format(days=DAYS), [world.offering.pk, turn, world.issuer.pk, campus])
        for model in (ClaimLink, Share, Enrolment):
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")


def _measured(name: str, world: World, manager: Person, n: int, awards: int) -> Figure:
    began = time.perf_counter()
    ours.roll_up()
    measuring.measure_all()
    waits.roll_up()
    seconds = time.perf_counter() - began
    cookie, key = signed_in(manager), world.definition.pk
    pages = {
        "all": "/admin/figures/",
        "all by week": "/admin/figures/?by=week",
        "one badge": f"/admin/figures/{key}/",
        "a file": "/admin/figures/all/funnel.csv",
        "goals": "/admin/goals/",
        "time to approval": "/admin/approval-times/",
    }
    with verify.server() as port:
        asked = {who: (cookie, path) for who, path in pages.items()}
        figure = slowest(name, Door(port), asked, n, MOST_MS)
    extra = {"awards": awards, "events": 3 * awards, "added_up_in_seconds": round(seconds, 1)}
    return dataclasses.replace(figure, extra={**figure.extra, **extra})
