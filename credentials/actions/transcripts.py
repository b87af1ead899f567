"""The registrar's part: the Academic Event Code of a credential, and the notations of its awards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import Authority, authority
from accounts.locking import locked_all
from credentials.looks import pack_of
from credentials.models import Award, Definition, EventCode, Notation
from credentials.openbadges import rules
from journal import clock
from journal.actions import record
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person
    from credentials.models import DefinitionVersion

MAX_CODE, MAX_BODY = 40, 200
NO_CODE = "No Academic Event Code with its approval is recorded for this credential. {keeper} records it."
IN_BATCH = (
    "The award of {who} stands in a batch for the student system, which waits to be marked as recorded."
)
NO_NOTATION = "“{title}” is not noted on transcripts."


def keeper_of(version: DefinitionVersion) -> str:
    """The name of whoever keeps transcripts, as the campus calls it."""
    pack = pack_of(version.policy_id)
    return pack.actor_name(pack.transcript.keeper)


def keeping(person: Person, definition: Definition) -> Authority | None:
    """The person's right to record codes and notations for it, and for whom they act; None without it."""
    version = definition.current
    if version is None:
        return None
    keeper = pack_of(version.policy_id).transcript.keeper
    return authority(person, keeper, definition.institution, definition.unit)


def require_keeper(person: Person, definition: Definition) -> Authority:
    """Like `keeping`, but PermissionDenied instead of None."""
    found = keeping(person, definition)
    if found is None:
        version = definition.current
        who = keeper_of(version) if version else "the office that keeps transcripts"
        clause = pack_of(version.policy_id).transcript.keeper_clause if version else ""
        raise PermissionDenied(f"Only {who} records this{f' ({clause})' if clause else ''}.")
    return found


def code_reasons(definition: Definition) -> list[Reason]:
    """Whether the credential is noted under an event code whose approval is not recorded yet."""
    version = definition.current
    if version is None or not version.notation:
        return []
    if not missing_code(version, None) or EventCode.objects.filter(definition=definition).exists():
        return []
    return [
        Reason(
            NO_CODE.format(keeper=_capital(keeper_of(version))), pack_of(version.policy_id).transcript.clause
        )
    ]


def missing_code(version: DefinitionVersion, code: EventCode | None) -> bool:
    """Whether a notation of it needs an event code, and this is none."""
    return code is None and pack_of(version.policy_id).transcript.event_code


@transaction.atomic
def record_code(
    *, definition: Definition, code: str, body: str, approved_on: dt.date, minutes: str = "", by: Person
) -> EventCode:
    """Record the event code, and which academic body approved it when; it takes the place of an earlier one.

    `minutes` says where the approval stands written. Refused: a credential without a notation, no code or body, a day in the future. Only who keeps transcripts.
    """
    right = require_keeper(by, definition)
    refuse_if(_code_problems(definition, code.strip(), body.strip(), minutes.strip(), approved_on))
    made = EventCode.objects.create(
        definition=definition,
        code=code.strip(),
        body=" ".join(body.split()),
        approved_on=approved_on,
        minutes=" ".join(minutes.split()),
        recorded_by=by,
        on_behalf_of=right.on_behalf_of,
        recorded_at=clock.now(),
    )
    record.write(
        subject_kind="definition",
        subject_id=definition.pk,
        institution=definition.institution,
        act="event code recorded",
        by=by,
        on_behalf_of=right.on_behalf_of,
        detail={"code": made.code, "body": made.body, "approved_on": approved_on, "minutes": made.minutes},
    )
    return made


def _code_problems(
    definition: Definition, code: str, body: str, minutes: str, approved_on: dt.date
) -> list[Reason]:
    version = definition.current
    if version is None or not version.notation:
        clause = pack_of(version.policy_id).transcript.never_clause if version else ""
        return [Reason(NO_NOTATION.format(title=definition), clause)]
    clause, found = pack_of(version.policy_id).transcript.clause, []
    for field, text, longest, ask in (
        ("code", code, MAX_CODE, "Write the Academic Event Code."),
        ("body", body, MAX_BODY, "Write which academic body approved it."),
        ("minutes", minutes, MAX_BODY, ""),
    ):
        if not text and ask:
            found.append(Reason(ask, clause, field))
        elif len(text) > longest or rules.UNSAFE.search(text):
            found.append(Reason(f"Write it in up to {longest} plain characters.", field=field))
    if approved_on > definition.institution.today():
        found.append(Reason("The day of the approval lies in the future.", clause, "approved_on"))
    return found


@transaction.atomic
def record_notations(*, awards: Sequence[Award], recorded_on: dt.date, by: Person) -> list[Notation]:
    """Mark awards as noted on their learners' transcripts on that day; all or none.

    Refused: an award without credit or of a credential that is never noted, one that is not in force or is noted
    already or stands in a batch that waits, a missing event code, a day in the future or before the award. Only who
    keeps transcripts.
    """
    locked = _locked(awards)
    definitions = {award.definition_id: award.definition for award in locked}
    rights = {key: require_keeper(by, definition) for key, definition in definitions.items()}
    codes = {key: EventCode.objects.of(definition) for key, definition in definitions.items()}
    refuse_if([] if locked else [Reason("Choose at least one award.", field="awards")])
    refuse_if(_noting_problems(locked, codes, recorded_on))
    now = clock.now()
    made = Notation.objects.bulk_create(
        Notation(
            award=award,
            event_code=codes[award.definition_id],
            recorded_on=recorded_on,
            recorded_by=by,
            on_behalf_of=rights[award.definition_id].on_behalf_of,
            recorded_at=now,
        )
        for award in locked
    )
    for key, definition in definitions.items():
        ids = [str(award.pk) for award in locked if award.definition_id == key]
        _note(definition, "notations recorded", {"awards": ids, "recorded_on": recorded_on}, rights[key])
    return made


@transaction.atomic
def remove_notations(*, awards: Sequence[Award], removed_on: dt.date, by: Person) -> list[Notation]:
    """Mark that awards which ended for good were taken off their learners' transcripts on that day; all or none.

    Refused: an award that stands, that is not noted or was taken off already, or that is in a batch that waits; a day in
    the future or before the notation. Only who keeps transcripts.
    """
    locked = _locked(awards)
    definitions = {award.definition_id: award.definition for award in locked}
    rights = {key: require_keeper(by, definition) for key, definition in definitions.items()}
    rows = {row.award_id: row for row in Notation.objects.filter(award__in=locked)}
    off = set(Award.objects.filter(pk__in=[a.pk for a in locked]).to_take_off().values_list("pk", flat=True))
    refuse_if([] if locked else [Reason("Choose at least one award.", field="awards")])
    refuse_if(
        reason
        for award in locked
        for reason in _removal_problems(award, removed_on, rows.get(award.pk) if award.pk in off else None)
    )
    for row in rows.values():
        row.removed_on, row.removed_by, row.removed_at = removed_on, by, clock.now()
    Notation.objects.bulk_update(rows.values(), ["removed_on", "removed_by", "removed_at"], batch_size=500)
    for key, definition in definitions.items():
        ids = [str(award.pk) for award in locked if award.definition_id == key]
        _note(definition, "notations removed", {"awards": ids, "removed_on": removed_on}, rights[key])
    return list(rows.values())


def _removal_problems(award: Award, day: dt.date, noted: Notation | None) -> list[Reason]:
    who = award.recipient_name or "an erased learner"
    if noted is None:
        return [Reason(f"There is no notation to take off for the award of {who}.", field="awards")]
    if day > award.definition.institution.today():
        return [Reason("The day lies in the future.", field="recorded_on")]
    if day < noted.recorded_on:
        return [Reason(f"The day lies before the notation of {who}.", field="recorded_on")]
    return []


def _locked(awards: Sequence[Award]) -> list[Award]:
    """The awards under lock with what is joined to them, in the order of their keys; read once nobody is waited for."""
    keys = [award.pk for award in awards]
    related = ("definition__institution", "definition__unit", "definition__current", "version")
    return list(locked_all(Award.objects.select_related(*related).defer("document"), keys))


def _noting_problems(
    awards: Sequence[Award], codes: Mapping[uuid.UUID, EventCode | None], day: dt.date
) -> Iterator[Reason]:
    """What stands against noting each of them."""
    keys = [award.pk for award in awards]
    known = set(Notation.objects.filter(award__in=keys).values_list("award_id", flat=True))
    free = set(Award.objects.filter(pk__in=keys).awaiting("transcript").values_list("pk", flat=True))
    for award in awards:
        yield from _notation_problems(award, day, award.pk in known, codes[award.definition_id])
        if award.pk not in free:
            yield Reason(IN_BATCH.format(who=award.recipient_name), field="awards")


def _notation_problems(award: Award, day: dt.date, known: bool, code: EventCode | None) -> list[Reason]:
    rule, who = pack_of(award.version.policy_id).transcript, award.recipient_name
    if not award.version.notation:
        return [Reason(NO_NOTATION.format(title=award.version.title), rule.never_clause, "awards")]
    texts = []
    if award.ended or award.suspended_at:
        texts.append(f"The award of {who} is not in force.")
    if known:
        texts.append(f"The award of {who} is noted already.")
    if missing_code(award.version, code):
        texts.append(NO_CODE.format(keeper=_capital(keeper_of(award.version))))
    found = [Reason(text, rule.clause, "awards") for text in texts]
    if day > award.definition.institution.today():
        found.append(Reason("The day lies in the future.", field="recorded_on"))
    elif day < award.awarded_on:
        found.append(Reason(f"The day lies before the award of {who}.", field="recorded_on"))
    return found


def _note(definition: Definition, act: str, detail: dict[str, object], right: Authority) -> None:
    record.write(
        subject_kind="definition",
        subject_id=definition.pk,
        institution=definition.institution,
        act=act,
        by=right.person,
        on_behalf_of=right.on_behalf_of,
        detail=detail,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
