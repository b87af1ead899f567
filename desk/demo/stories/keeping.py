"""What keeps records and platforms in step in the demo: batches for the student system, student numbers, a correction,
a token that will end, and what the nightly comparison found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from credentials.actions import batches, student_numbers
from credentials.actions.renewal import said_by
from credentials.models import Award
from credentials.models.batch import Ledger
from desk.demo import learners, platforms
from desk.demo.stories.issuing import award_of
from issuance import health
from issuance.actions import reconciling, replacing
from issuance.models import Difference, PlatformAccount
from issuance.reconciling import nights

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.platforms import Sandbox
    from desk.demo.timeline import Story

NOT_TAKEN = (3, 17)  # lines of the first batch that the student system did not find
WITHOUT_NUMBER = 9  # one learner of so many is not known by a number
TOKEN_DAYS, LOOKED = 22, 8  # left of a token that lives 180; before the loading
CORRECTED = ("cu_boulder", "boulder_facilitation", 40, 18, "The learner’s second name was left out.")
DIFFERING = ("cu_boulder", "boulder_facilitation", 1.6)
DELETED, REVOKED_THERE, BY_HAND, LEFT = 20, 25, (143, 144), 145
MINUTES = 5


def stories(campuses: Mapping[str, Campus], sandbox: Sandbox) -> list[Story]:
    """What the offices that keep records do, and what platforms ask of people."""
    campus, subject, days = DIFFERING
    return [
        student_record(campuses["model"]),
        transcript(campuses["montana"]),
        corrected(campuses[CORRECTED[0]], sandbox),
        token(sandbox),
        differing(campuses[campus], subject, days, sandbox),
    ]


def student_record(campus: Campus) -> Story:
    """A batch of micro-credential records was recorded but for two lines; numbers came by a list; the next batch waits."""
    registrar, institution = campus["registrar"], campus.institution
    yield 31
    student_numbers.set_numbers(institution=institution, numbers=numbers(campus), by=registrar)
    yield 30
    first = batches.make(institution=institution, ledger=Ledger.RECORD, by=registrar)
    yield 28
    batches.mark_recorded(batch=first, recorded_on=institution.today(), not_taken=NOT_TAKEN, by=registrar)
    yield 1.3
    batches.make(institution=institution, ledger=Ledger.RECORD, by=registrar)


def numbers(campus: Campus) -> dict[str, str]:
    """The student numbers of most learners who hold something by now, by their addresses."""
    rows = Award.objects.filter(institution=campus.institution).order_by("holder__email")
    addresses = rows.values_list("holder__email", flat=True).distinct()
    known = enumerate(addresses, 1)
    return {address: f"S{70_000 + place}" for place, address in known if place % WITHOUT_NUMBER}


def transcript(campus: Campus) -> Story:
    """What was earned for credit until then stands on transcripts; what came later is to be noted."""
    yield 200
    batch = batches.make(institution=campus.institution, ledger=Ledger.TRANSCRIPT, by=campus["registrar"])
    yield 198
    batches.mark_recorded(batch=batch, recorded_on=campus.institution.today(), by=campus["registrar"])


def corrected(campus: Campus, sandbox: Sandbox) -> Story:
    """One award gets the learner's whole name, here and at the platform."""
    _campus, subject, number, days, why = CORRECTED
    yield days
    award = award_of(campus, subject, number)
    said = replace(said_by(award), name=award.recipient_name.replace(",", " with both names,"))
    replacing.correct(award=award, said=said, reason=why, by=campus["registrar"])
    platforms.push(sandbox, campus.institution)


def token(sandbox: Sandbox) -> Story:
    """The access token at Credly soon ends, and the worker has seen it: those who look after the account are told."""
    yield LOOKED
    platforms.token_ends(sandbox, TOKEN_DAYS)
    for account in health.in_use() if sandbox.url else []:
        if account.platform == "credly":
            health.look(account)


def differing(campus: Campus, subject: str, days: float, sandbox: Sandbox) -> Story:
    """Somebody deleted, revoked and made badges at the platform by hand; both sides are compared; one is left so."""
    yield days
    if not sandbox.url:
        return
    title = str(learners.definition_of(campus, subject))
    there = platforms.at_hand(campus.institution, title)
    there.delete(sandbox, award_of(campus, subject, DELETED))
    there.revoke(award_of(campus, subject, REVOKED_THERE), "Asked for by phone.")
    for number in (*BY_HAND, LEFT):
        there.make(*learners.learner(campus, number))
    reconciling.ask(accounts=PlatformAccount.objects.all(), by=campus["registrar"])
    nights.run(str(there.account.pk), dt.timedelta(minutes=MINUTES).total_seconds())
    left = Difference.objects.open().get(email=learners.learner(campus, LEFT)[1])
    reconciling.ignore(difference=left, reason="Made as a sample for the website.", by=campus["registrar"])
