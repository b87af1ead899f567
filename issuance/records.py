"""A learner's micro-credential record, and the transcript notations, as rows for pages, the API and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from accounts.tables.rewriting import as_csv
from credentials.models import Award, EventCode, Notation, RecordEntry
from credentials.reach import grants_of, keeps_records

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person

NOT_YOURS = "Only the office that keeps learners' records and the certifying offices look into them."
# What the lines are made of, and what of it is too long to be read along.
RELATED = (
    "institution", "version__policy", "definition__current", "definition__unit", "holder",
    "notation__event_code", "notation__recorded_by", "entry",
)  # fmt: skip
UNREAD = ("document", "version__answers", "version__approvals", "definition__current__answers")

HEADINGS = {
    "name": "Name", "address": "Address", "title": "Credential", "version": "Version", "campus": "Campus",
    "unit": "Unit", "policy": "Policy revision", "credits": "Credits", "awarded_on": "Awarded on",
    "expires_on": "Expires on", "status": "Status", "reason": "Reason", "badge": "Badge",
    "notation": "Notation", "event_code": "Academic Event Code", "noted_on": "Noted on",
    "taken_off_on": "Taken off on", "kept_on": "On the student record since", "award": "Award",
}  # fmt: skip


def require_keeper(person: Person) -> None:
    """PermissionDenied for people whose office does not look after records."""
    if not (person.is_superuser or any(keeps_records(grant) for grant in grants_of(person))):
        raise PermissionDenied(NOT_YOURS)


def rows_of(awards: Iterable[Award]) -> list[dict[str, Any]]:
    """Each award as one line of the record, in one query beyond the awards' own (with institution, version, notation)."""
    found = list(awards)
    codes = _codes({award.definition_id for award in found if award.version.notation})
    days = {award.institution_id: award.institution.today() for award in found}
    return [_row(award, award.status_on(days[award.institution_id]), codes) for award in found]


def _codes(definitions: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    if not definitions:
        return {}
    rows = EventCode.objects.filter(definition__in=definitions).order_by("recorded_at", "pk")
    return dict(rows.values_list("definition_id", "code"))


def _row(award: Award, status: str, codes: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    version, noted, entry = award.version, _notation(award), _entry(award)
    code = noted.event_code.code if noted and noted.event_code else codes.get(award.definition_id, "")
    return {
        "award": award.pk,
        "holder": award.holder_id,
        "name": award.recipient_name,
        "address": award.recipient_email,
        "title": version.title,
        "version": version.number,
        "campus": award.institution.name,
        "unit": award.definition.unit.name,
        "policy": version.policy.revision,
        "credits": version.credits if version.for_credit else None,
        "awarded_on": award.awarded_on,
        "expires_on": award.expires_on,
        "status": status,
        "reason": award.why_ended or award.suspension_reason,
        "badge": version.badge,
        "notation": version.notation,
        "event_code": code if version.notation else "",
        "noted_on": noted.recorded_on if noted else None,
        "noted_by": noted.recorded_by if noted else None,
        "taken_off_on": noted.removed_on if noted else None,
        "take_off": noted is not None and noted.removed_on is None and status in ("revoked", "superseded"),
        "kept_on": entry.recorded_on if entry and entry.removed_on is None else None,
    }


def _notation(award: Award) -> Notation | None:
    """The award's notation, which the caller has selected along."""
    try:
        return award.notation
    except Notation.DoesNotExist:
        return None


def _entry(award: Award) -> RecordEntry | None:
    """Its entry on the student's micro-credential record, which the caller has selected along."""
    try:
        return award.entry
    except RecordEntry.DoesNotExist:
        return None


def exported(rows: Iterable[Mapping[str, Any]], name: str) -> HttpResponse:
    """The rows as a CSV file that no spreadsheet computes."""
    lines = [[_cell(row[key]) for key in HEADINGS] for row in rows]
    response = HttpResponse(as_csv([list(HEADINGS.values()), *lines]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
