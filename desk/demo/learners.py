"""Learners of the demo: who completes what, which badges are requested, released, claimed and shared."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from accounts import checking
from accounts.actions import uploads
from accounts.models import ListKind
from credentials.actions import claims, transcripts
from credentials.models import Award, Definition
from desk.demo.acts import fresh
from desk.demo.plans import LEARNERS
from issuance import awarding
from issuance.actions import requests
from issuance.checking.typed import Line
from issuance.models import IssuanceRequest
from journal import clock
from journal.models import Mail
from learning.actions import completions, offerings
from learning.entry import Entry, Met
from learning.models import Offering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.demo.cast import Campus

DECLINES = 12
CLAIM = re.compile(r"/claim/([^/\s]+)/")
EVIDENCE = (
    "Portfolio, looked through by two assessors.",
    "Final piece of work, passed on the second reading.",
    "Practical assessment under observation.",
)


def learner(campus: Campus, number: int) -> tuple[str, str]:
    """(name, address) of the learner with this number; the first two can sign in."""
    if number < len(LEARNERS):
        local, label = LEARNERS[number]
        return campus.name(label), campus.address(local)
    return campus.name(f"learner {number}"), campus.address(f"learner{number:03}")


def definition_of(campus: Campus, subject: str) -> Definition:
    """The credential that came of a subject's proposal."""
    definition = fresh(campus.proposals[subject]).definition
    if definition is None:
        raise LookupError(f"{subject} has no definition.")
    return definition


def open_offering(campus: Campus, subject: str, title: str, weeks: int) -> Offering:
    """The programme manager opens a run of the programme that begins today."""
    starts_on = clock.today()
    return offerings.open_offering(
        definition=definition_of(campus, subject),
        title=title,
        starts_on=starts_on,
        ends_on=starts_on + dt.timedelta(weeks=weeks),
        assessors=[campus["assessor"]],
        director=campus["director"],
        by=campus["manager"],
    )


def record_completions(campus: Campus, offering: Offering, numbers: Iterable[int]) -> None:
    """The assessor records who has completed it, on what evidence, as one list."""
    levels = {
        name: [one["name"] for one in rubric if one["counts"]]
        for name, rubric in completions.levels_of(offering).items()
    }
    names = completions.competencies_of(offering) if levels else []
    entries = [
        replace(_completion(campus, offering, number, line), competencies=_shown(names, levels, number))
        for line, number in enumerate(numbers, 1)
    ]
    completions.record_many(offering=offering, entries=entries, by=campus["assessor"])


def _shown(names: list[str], levels: dict[str, list[str]], number: int) -> tuple[Met, ...]:
    """Every competency of a credential with rubrics, each learner at levels of their own."""
    return tuple(
        Met(name, level=levels[name][(number + place) % len(levels[name])] if name in levels else "")
        for place, name in enumerate(names)
    )


def _completion(campus: Campus, offering: Offering, number: int, line: int) -> Entry:
    name, email = learner(campus, number)
    return Entry(
        name=name,
        email=email,
        completed_on=max(offering.starts_on, clock.today() - dt.timedelta(days=number % 5)),
        enrolled=True,
        evidence=EVIDENCE[number % len(EVIDENCE)],
        evidence_url=f"https://portfolio.{campus.plan.domain}/{offering.pk}/{number}",
        number=line,
    )


def request(campus: Campus, subject: str, numbers: Iterable[int]) -> IssuanceRequest:
    """The trained issuer asks for the badges of these learners."""
    people = [learner(campus, number) for number in numbers]
    lines = [Line(number, name, email) for number, (name, email) in enumerate(people, 1)]
    return requests.submit(definition=definition_of(campus, subject), lines=lines, by=campus["issuer"])


def send_list(campus: Campus, subject: str, numbers: Iterable[int], name: str) -> None:
    """The issuer sends a list with headings of their own, says once what they mean, and looks at it; nothing is requested."""
    people = [learner(campus, number) for number in numbers]
    rows = [f"{label};{address.upper()}" for label, address in [*people, people[0]]]
    text, definition = "\n".join(["Participant;Contact", *rows]), definition_of(campus, subject)
    made = uploads.upload(
        kind=ListKind.RECIPIENTS,
        subject=definition.pk,
        institution=definition.institution,
        file=ContentFile(text.encode(), name=name),
        by=campus["issuer"],
    )
    uploads.arrange(uploaded=made, columns=["name", "email"], by=campus["issuer"])
    checking.run(made.pk)


def release(campus: Campus, asked: IssuanceRequest) -> None:
    """The certifying office releases the request, and the worker makes the awards.

    What goes on transcripts is noted under an event code, which the registrar records first.
    """
    definition = Definition.objects.select_related("current").get(pk=asked.definition_id)
    if transcripts.code_reasons(definition):
        transcripts.record_code(
            definition=definition,
            code=f"AE-{definition.slug.upper()[:30]}",
            body="Faculty Senate",
            approved_on=clock.today(),
            minutes="Minutes of the meeting, item 7",
            by=campus["registrar"],
        )
    approved = requests.approve(request=asked, by=campus[asked.certifier.replace("_", "-")])
    awarding.run(approved.job.pk)


NOT_MINE = "I took part for a week only. I think this is a mistake."


def claim(asked: IssuanceRequest, share: int) -> None:
    """All but every `share`th learner open the link in their mail and accept; one of twelve declines."""
    awards = Award.objects.filter(request_id=asked.pk).order_by("recipient_email")
    for place, award in enumerate(awards, 1):
        mail = Mail.objects.filter(key__endswith=f":{award.pk}", text__contains="/claim/").first()
        found = CLAIM.search(mail.text) if mail else None
        if found and place % DECLINES == DECLINES - 1:
            claims.decline(token=found[1], reason=NOT_MINE)
        elif found and place % share:
            claims.accept(token=found[1])
