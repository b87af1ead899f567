"""Badge issuance: requests to check, batches under way, failures by cause, requests of one's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q

from accounts.models import Person, Qualification, Role, RoleGrant
from desk.work.addresses import address
from desk.work.item import MOST, Item, Items, counted, first
from issuance import health
from issuance.actions import reviews
from issuance.models import (
    Delivery,
    Difference,
    IssuanceRequest,
    Kind,
    PlatformAccount,
    RequestLine,
    RequestState,
    StackReview,
)
from issuance.offices import Office, offices_of
from issuance.platforms import registry
from issuance.platforms.failures import CAUSES
from issuance.views.progress import parts

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from desk.work.standing import Standing

LATEST = 5
OPEN_STATES = (RequestState.DRAFT, RequestState.SUBMITTED, RequestState.RETURNED)
RELATED = ("institution", "definition__current", "requested_by")


def to_check(standing: Standing) -> list[Item]:
    """Requests that the person's offices can release, the oldest first."""
    if Role.OFFICE_HOLDER not in standing.roles:
        return []
    rows, more = first(_waiting(standing.person), standing, MOST)
    found = [_to_check(request) for request in rows]
    return Items(found, more=more, whole=address("requests_queue"), words="Badges to release")


def queues(person: Person) -> list[tuple[Office, list[Item]]]:
    """The same office by office, also those for which nothing waits."""
    offices = offices_of(person)
    waiting = list(_waiting(person)[: (MOST + 1) * len(offices)]) if offices else []
    return [(office, _of_office(office, waiting, person)) for office in offices]


def _of_office(office: Office, waiting: list[IssuanceRequest], person: Person) -> Items:
    here = {"institution": office.institution, "certifier": office.id}
    mine = [
        row for row in waiting if (row.institution_id, row.certifier) == (office.institution.pk, office.id)
    ]
    more = _waiting(person).filter(**here).count() - MOST if len(mine) > MOST else 0
    found = [_to_check(request) for request in mine[:MOST]]
    return Items(found, more=more, whole=office.url, words=f"Queue of {office.name}")


def _waiting(person: Person) -> QuerySet[IssuanceRequest]:
    rows = IssuanceRequest.objects.to_certify(person).waiting().counted().select_related(*RELATED)
    return rows.order_by("submitted_at", "pk")


def _to_check(request: IssuanceRequest) -> Item:
    number = counted(request.recipients, "learner", "learners")  # type: ignore[attr-defined]
    return Item(
        title=str(request.definition),
        text=f"{number}, {request.origin}.",
        url=address("request_check", request.pk),
        place=request.institution.name,
        state=request.state,
        since=request.submitted_at,
    )


def stacks(standing: Standing) -> list[Item]:
    """Awards of stacks that lost a part and that the person may revoke, the oldest first."""
    if not _tends(standing):
        return []
    rows = StackReview.objects.visible_to(standing.person).waiting()
    related = ("award__version", "award__institution", "award__definition__unit", "cause__version")
    some, more = first(
        rows.select_related(*related).defer("award__document", "cause__document"), standing, MOST
    )
    found = [
        Item(
            title=f"{review.award.version.title}, {review.award.recipient_name}",
            text=f"“{review.cause.version.title}” {'has expired' if review.expired else 'was revoked'}."
            " Say whether the award stands.",
            url=address("stack_review", review.pk),
            place=review.award.institution.name,
            since=review.opened_at,
        )
        for review in some
        if reviews.may_decide(standing.person, review)
    ]
    return Items(found, more=more, whole=address("stack_reviews"), words="Stacks to look at again")


def own_requests(standing: Standing) -> tuple[list[Item], list[Item]]:
    """(those that came back to the person, those that wait for the certifier)."""
    if not standing.ties.asked_badges:
        return [], []
    rows = IssuanceRequest.objects.filter(requested_by=standing.person, state__in=OPEN_STATES).counted()
    back: list[Item] = []
    waiting: list[Item] = []
    for request in rows.select_related(*RELATED).order_by("created_at")[:MOST]:
        mine = request.state != RequestState.SUBMITTED
        (back if mine else waiting).append(_own(request))
    return back, waiting


def _own(request: IssuanceRequest) -> Item:
    said = {
        RequestState.RETURNED: f"Came back: {request.note}",
        RequestState.DRAFT: "Not sent yet.",
    }.get(RequestState(request.state), "It is with the certifying office.")
    number = counted(request.recipients, "learner", "learners")  # type: ignore[attr-defined]
    return Item(
        title=str(request.definition),
        text=f"Badges for {number}. {said}",
        url=address("request", request.pk),
        place=request.institution.name,
        state=request.state,
        since=request.decided_at or request.submitted_at or request.created_at,
    )


def batches(standing: Standing) -> list[dict[str, Any]]:
    """Approved requests whose badges are still on their way, as the progress component shows them; three queries."""
    if not (standing.ties.asked_badges or _tends(standing)):
        return []
    rows = IssuanceRequest.objects.visible_to(standing.person).filter(state=RequestState.APPROVED)
    requests = list(rows.counted().select_related(*RELATED).order_by("-decided_at")[:LATEST])
    if not requests:
        return []
    deliveries = Delivery.objects.filter(request__in=requests, act="issue")
    states: dict[object, Counter[str]] = defaultdict(Counter)
    for key, state, number in _tallied(deliveries, "request", "state"):
        states[key][state] = number
    lines = RequestLine.objects.filter(request__in=requests).order_by().values("request")
    counted = lines.annotate(awarded=Count("award"), problems=Count("pk", filter=~Q(problem="")))
    of: dict[object, dict[str, Any]] = {row["request"]: dict(row) for row in counted}
    return [_batch(request, states[request.pk], of[request.pk]) for request in requests]


def _tallied(rows: QuerySet[Any], *fields: str) -> list[tuple[Any, ...]]:
    return list(rows.order_by().values_list(*fields).annotate(number=Count("pk")))


def _batch(request: IssuanceRequest, states: Counter[str], lines: dict[str, Any]) -> dict[str, Any]:
    total = request.recipients  # type: ignore[attr-defined]
    return {
        "id": f"batch-{request.pk}",
        "title": str(request.definition),
        "url": address("request_check", request.pk),
        "place": request.institution.name,
        "total": total,
        "done": sum(states[state] for state in ("delivered", "accepted", "rejected", "cancelled")),
        "parts": parts(states, lines, total - lines["awarded"] - lines["problems"]),
    }


def _tends(standing: Standing) -> bool:
    """Whether requests or deliveries of others can be the person's business: by an office, or who manages a campus."""
    return standing.manages or Role.OFFICE_HOLDER in standing.roles


def failures(standing: Standing) -> list[Item]:
    """What platforms refused, by account and cause, with the words of the first; one query."""
    if not _tends(standing):
        return []
    rows = Delivery.objects.tended_by(standing.person).stuck().order_by()
    grouped = rows.values(
        "account__institution__name", "account__platform", "cause", "state", "message"
    ).annotate(number=Count("pk"), since=Min("settled_at"))
    return [
        Item(
            title=CAUSES.get(row["cause"], "Created at the platform, but not published"),
            text=row["message"],
            url=address("deliveries_failed"),
            place=f"{registry.label(row['account__platform'])}, {row['account__institution__name']}",
            state=row["state"],
            since=row["since"],
            facts=[counted(row["number"], "badge", "badges")],
        )
        for row in grouped.order_by("-number", "cause")[:MOST]
    ]


def differences(standing: Standing) -> list[Item]:
    """Badges on which platforms and we do not agree, by account and kind; one query."""
    if not _tends(standing):
        return []
    rows = Difference.objects.tended_by(standing.person).open().order_by()
    where = ("account__institution__name", "account__platform", "kind")
    grouped = rows.values(*where).annotate(number=Count("pk"), since=Min("found_at"))
    return [
        Item(
            title=Kind(row["kind"]).label,
            text=f"{counted(row['number'], 'badge', 'badges')}. Say what is to become of "
            f"{'it' if row['number'] == 1 else 'them'}.",
            url=address("differences"),
            place=f"{registry.label(row['account__platform'])}, {row['account__institution__name']}",
            since=row["since"],
        )
        for row in grouped.order_by("-number", *where)
    ]


def accounts(standing: Standing) -> list[Item]:
    """What is or soon will be wrong with accounts at platforms: of campuses managed, and where an office of one's own
    certifies; one query, and one for each account that counts credits."""
    certified = {
        grant.institution_id
        for grant in standing.grants
        if grant.role == Role.OFFICE_HOLDER
        and (policy := standing.policies.get(grant.institution_id))
        and grant.office in {one.office for one in policy.pack.issuance.certifiers}
    }
    if not (standing.manages or certified):
        return []
    rows = PlatformAccount.objects.filter(active=True, platform__in=registry.KINDS)
    if not standing.person.is_superuser:
        rows = rows.filter(Q(institution__in=standing.person.managed()) | Q(institution__in=certified))
    return [
        Item(
            title=f"The account at {registry.label(account.platform)}",
            text=warning.text,
            place=account.institution.name,
            state="needs_person",
            since=account.checked_at,
        )
        for account in rows.select_related("institution").order_by("institution__name", "platform", "name")
        for warning in health.warnings(account)
    ]


def _failure_url(cause: str) -> str:
    url = address("deliveries_failed")
    return f"{url}?cause={cause}" if url else ""


def untrained(standing: Standing) -> list[Item]:
    """People who may issue and have not been trained, where the campus asks for it and the person manages it."""
    asking = [
        key
        for key, policy in standing.policies.items()
        if policy.pack.issuance.training_required
        and any(g.institution_id == key and g.role == Role.PROGRAMME_MANAGER for g in standing.grants)
    ]
    if not asking:
        return []
    trained = Qualification.objects.in_force().filter(institution__in=asking).values("person")
    grants = RoleGrant.objects.in_force().filter(institution__in=asking, role=Role.ISSUER)
    rows = grants.filter(person__is_active=True).exclude(person__in=trained)
    return [
        Item(
            title=str(grant.person),
            text="May send badge issuance requests once trained.",
            url=address("person", grant.institution.slug, grant.person_id),
            place=grant.institution.name,
        )
        for grant in rows.select_related("person", "institution").order_by("person__name")[:MOST]
    ]
