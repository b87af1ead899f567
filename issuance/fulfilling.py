"""A worker looks who fulfils a stack, and awards it or prepares the request for the certifier, chunk by chunk.

Each chunk is one transaction under the lock of the stack, so that a learner whose parts were completed twice at once is
found once; what it looked at is removed with it, so it can be repeated after a kill.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from accounts.models import Person
from credentials.actions import transcripts
from credentials.models import Award, Definition, Part
from issuance import wake
from issuance.actions import telling
from issuance.checking import checks
from issuance.checking.typed import Line
from issuance.models import (
    IssuanceRequest,
    Job,
    RequestLine,
    RequestState,
    StackCandidate,
    StackLook,
    StackReview,
)
from issuance.stacks import by_itself, review
from journal import clock
from journal.actions import record
from policies import engine

if TYPE_CHECKING:
    from credentials.models import DefinitionVersion

CHUNK = 500


def run(key: uuid.UUID) -> int:
    """Look at all candidates of one stack; returns how many fulfilled it."""
    found = 0
    while (count := _chunk(key)) is not None:
        found += count
    return found


def open_stacks() -> list[uuid.UUID]:
    """Stacks whose candidates wait: what the sweep wakes."""
    rows = StackCandidate.objects.order_by().values_list("definition_id", flat=True).distinct()
    return list(rows)


@transaction.atomic
def _chunk(key: uuid.UUID) -> int | None:
    """The next candidates; None when none is left, or when nothing can be awarded yet (they wait for the sweep)."""
    Definition.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    definition = Definition.objects.select_related("institution", "unit", "current__policy").get(pk=key)
    rows = list(StackCandidate.objects.filter(definition=key).order_by("pk")[:CHUNK])
    if not rows:
        StackLook.objects.filter(definition=key, done_at__isnull=True).update(done_at=clock.now())
        return None
    version = definition.current
    if version is None or not _goes_on(definition, version):
        _remove(rows)
        return 0
    if checks.request_reasons(definition, None):
        return None  # such as a missing image; whoever makes the badge is told so on its page
    lines = _fulfilled(definition, [row.learner_id for row in rows])
    for group, awarded_at_once in _sorted(definition, lines):
        _file(definition, version, group, at_once=awarded_at_once)
    StackLook.objects.filter(definition=key, done_at__isnull=True).update(
        fulfilled=F("fulfilled") + len(lines)
    )
    _remove(rows)
    return len(lines)


def _goes_on(definition: Definition, version: DefinitionVersion) -> bool:
    """Whether the stack is awarded by itself and in force; once it comes into force all its holders are noted anew."""
    linked = Part.objects.of(version).exists()
    return linked and by_itself(version) and not checks.standing_reasons(definition)


def _remove(rows: Sequence[StackCandidate]) -> None:
    StackCandidate.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _fulfilled(definition: Definition, keys: Sequence[uuid.UUID]) -> list[RequestLine]:
    """Lines for those who fulfil it and neither hold it nor wait for it; what they hold stays so until the end."""
    # Nobody whose account is closed, such as a learner who had their data erased: their awards stay and name no one.
    people = {person.email: person for person in Person.objects.filter(pk__in=keys, is_active=True)}
    verdict = checks.Verdict()
    given = [Line(n, person.name, address) for n, (address, person) in enumerate(sorted(people.items()), 1)]
    checks.check_records(definition, given, verdict, lock=True)
    fit = {line.address: people[line.address] for line in given if line.number not in verdict.lines}
    names = _names(definition, list(fit.values()))
    return [
        RequestLine(name=names.get(person.pk, person.name), email=address, learner=person)
        for address, person in fit.items()
    ]


def _names(definition: Definition, people: Sequence[Person]) -> dict[uuid.UUID, str]:
    """Each learner's name as it was certified on the latest part."""
    parts = Part.objects.of_current(definition).values("part")
    rows = Award.objects.live().filter(definition__in=parts, holder__in=people).order_by("awarded_at")
    return dict(rows.values_list("holder_id", "recipient_name"))


def _sorted(definition: Definition, lines: Sequence[RequestLine]) -> list[tuple[list[RequestLine], bool]]:
    """(lines, whether they are awarded at once): never without the certifier where the award was revoked before, or a
    code for transcripts is missing."""
    rules = checks.pack_of(definition).issuance
    at_once = rules.stack_awards == "automatic" and not transcripts.code_reasons(definition)
    revoked = Award.objects.filter(definition=definition, revoked_at__isnull=False)
    before = set(
        revoked.filter(holder__in=[one.learner_id for one in lines]).values_list("holder_id", flat=True)
    )
    groups: dict[bool, list[RequestLine]] = {True: [], False: []}
    for line in lines:
        groups[at_once and line.learner_id not in before].append(line)
    return [(group, straight) for straight, group in groups.items() if group]


def _file(
    definition: Definition, version: DefinitionVersion, lines: Sequence[RequestLine], *, at_once: bool
) -> None:
    """An approved request with its job, or one that waits for the certifier: the one that waits already, if there is."""
    waiting = IssuanceRequest.objects.filter(
        definition=definition, version=version, state=RequestState.SUBMITTED, requested_by__isnull=True
    )
    request = None if at_once else waiting.select_for_update(of=("self",)).first()
    new = request is None
    if request is None:
        request = IssuanceRequest(institution=definition.institution, definition=definition, version=version)
        request.certifier = engine.certifier(version.policy.pack, version.answers, definition.type).office
        request.created_at = clock.now()
        request.state = RequestState.APPROVED if at_once else RequestState.SUBMITTED
    request.submitted_at, request.looked_at = clock.now(), None  # a worker looks at the lines soon
    request.save()
    _add(request, lines)
    record.write(
        subject_kind="request",
        subject_id=request.pk,
        institution=definition.institution,
        act="stack fulfilled",
        by=None,
        detail={"lines": len(lines), "at_once": at_once},
    )
    if at_once:
        wake.job_after_commit(Job.objects.create(request=request, created_at=clock.now()).pk)
    elif new:
        telling.certifiers(request, len(lines))


def _add(request: IssuanceRequest, lines: Sequence[RequestLine]) -> None:
    last = request.lines.aggregate(last=Max("number"))["last"] or 0
    for number, line in enumerate(lines, last + 1):
        line.request, line.number = request, number
    RequestLine.objects.bulk_create(lines)


def review_expired() -> int:
    """Put stacks up for review of which a part has expired, where their policy asks for it; returns how many are new."""
    found = 0
    for cause in _expired():
        with transaction.atomic():
            found += len(review(cause, expired=True))
    return found


def _expired() -> list[Award]:
    """Expired parts that a live stack of the same holder rests on and that gave no cause for a review yet."""
    awarded = Exists(Award.objects.filter(version=OuterRef("version")))
    watched = [
        part
        for part in Part.objects.filter(awarded).select_related("version__definition__institution")
        if checks.pack_of(part.version.definition).issuance.stack_reviews_expired
    ]
    found: list[Award] = []
    for part in watched:
        today = part.version.definition.institution.today()
        holders = Award.objects.live().filter(version=part.version_id).values("holder")
        gone = Award.objects.live().filter(definition=part.part_id, expires_on__lt=today, holder__in=holders)
        told = StackReview.objects.filter(award__version=part.version_id).values("cause")
        found += gone.exclude(pk__in=told).defer("document").order_by("pk")
    return found
