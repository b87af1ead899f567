"""A badge issuance request: one learner or many, checked line by line, released by the certifier the pack names."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Role
from credentials.reach import campuses_of, grants_of, rules_of

if TYPE_CHECKING:
    from accounts.models import Person, RoleGrant


BY_ITSELF = "prepared by itself, since these learners fulfil the stack"


class RequestState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "With the certifier"
    RETURNED = "returned", "Sent back"
    APPROVED = "approved", "Approved"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class RequestQuerySet(models.QuerySet["IssuanceRequest"]):
    """Issuance requests."""

    def visible_to(self, person: Person) -> Self:
        """One's own, those of the campuses managed, and those of the certifying offices held (also as designee)."""
        if person.is_superuser:
            return self
        own = Q(requested_by=person, institution__in=campuses_of(person))
        return self.filter(own | Q(institution__in=person.managed()) | certified_by(person))

    def to_certify(self, person: Person) -> Self:
        """Those of the offices that the person holds, or is designee of, today."""
        return self.filter(certified_by(person))

    def waiting(self) -> Self:
        """Submitted and not decided."""
        return self.filter(state=RequestState.SUBMITTED)

    def counted(self) -> Self:
        """With `recipients`, the number of lines."""
        lines = RequestLine.objects.filter(request=OuterRef("pk")).order_by().values("request")
        counts = Subquery(lines.annotate(n=Count("pk")).values("n"))
        return self.annotate(recipients=Coalesce(counts, 0))


def certifying(person: Person) -> list[RoleGrant]:
    """The person's grants of offices that certify, by the policy in force at their campus."""
    return [
        grant
        for grant in grants_of(person)
        if grant.role == Role.OFFICE_HOLDER
        and grant.office in {certifier.office for certifier in rules_of(grant).issuance.certifiers}
    ]


def certified_by(person: Person) -> Q:
    """Requests whose certifier is an office that the person holds or is designee of, for the definition's unit."""
    found = Q(pk__in=[])
    for grant in grants_of(person):
        if grant.role != Role.OFFICE_HOLDER:
            continue
        one = Q(institution=grant.institution_id, certifier=grant.office)
        found |= one & Q(definition__unit__path__startswith=grant.unit.path) if grant.unit else one
    return found


class IssuanceRequest(models.Model):
    """Who is to be awarded what. `certifier` is the office (pack id) that releases it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="requests")
    definition = models.ForeignKey(
        "credentials.Definition", on_delete=models.PROTECT, related_name="requests"
    )
    version = models.ForeignKey(
        "credentials.DefinitionVersion", on_delete=models.PROTECT, related_name="requests"
    )
    certifier = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.DRAFT)
    # None where it was prepared by itself, since its learners fulfil a stack.
    requested_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)  # released for this day; at once without one
    looked_at = models.DateTimeField(null=True, blank=True)  # when its lines were last checked
    # Of which request its lines were left out when the rest was released.
    parted_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parted"
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(state__in=("approved", "done")),
                name="request_day_when_released",
                violation_error_message="Only what is released has a day on which it is awarded.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="request_decision_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state"])]

    def __str__(self) -> str:
        return f"{self.definition}, {self.created_at:%Y-%m-%d}"

    @property
    def origin(self) -> str:
        """How it came about, for people: who asked for it, or why nobody had to."""
        return f"asked for by {self.requested_by}" if self.requested_by_id else BY_ITSELF


class LineQuerySet(models.QuerySet["RequestLine"]):
    """Lines of requests."""

    def to_award(self) -> Self:
        """Neither awarded nor found impossible, in the order of the list."""
        return self.filter(award__isnull=True, problem="").order_by("number")

    def write_awards(self, made: Mapping[int, uuid.UUID]) -> None:
        """Note each line's award, by their ids, in one statement (`bulk_update` takes as long as signing)."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        statement = f"""UPDATE {table} AS line SET award_id = made.award
            FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::uuid[]) AS award) AS made WHERE line.id = made.id"""
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(made), [str(award) for award in made.values()]])

    def write_looks(self, lines: Sequence[RequestLine]) -> None:
        """Store what was found in these lines, in one statement."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        statement = f"""UPDATE {table} AS line SET weight = look.weight, kinds = string_to_array(look.kinds, ',')
            FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::int[]) AS weight, unnest(%s::text[]) AS kinds) AS look
            WHERE line.id = look.id"""
        if lines:
            values = zip(*((line.pk, line.weight, ",".join(line.kinds)) for line in lines), strict=True)
            with connection.cursor() as cursor:
                cursor.execute(statement, [list(column) for column in values])

    def about(self, words: str) -> Self:
        """Whose name or address has these words."""
        return self.filter(Q(name__icontains=words) | Q(email__icontains=words)) if words else self


class RequestLine(models.Model):
    """One recipient as typed or read from a list. `award_id` is set when the worker has made the award."""

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(IssuanceRequest, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()  # the line in the list, from 1
    name = models.CharField(max_length=200)
    email = models.EmailField()
    learner = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    completion_id = models.UUIDField(null=True, blank=True)
    evidence_url = models.URLField(blank=True, max_length=500)
    narrative = models.TextField(blank=True)
    award = models.OneToOneField(
        "credentials.Award", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    problem = models.CharField(max_length=300, blank=True)  # why the worker could not award it

    # What the last check found, for lists of lines; a page checks anew those that it shows (`issuance.checking.looking`).
    weight = models.PositiveSmallIntegerField(default=0)  # 2: cannot be awarded as it stands, 1: unusual
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    held = models.BooleanField(default=False)  # the certifier leaves it out of the release
    comment = models.CharField(max_length=1000, blank=True)  # the certifier's, to the requester

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ("request", "number")
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="request_line_once"),
            models.UniqueConstraint(fields=["request", "email"], name="request_recipient_once"),
        ]
        indexes = [
            models.Index(fields=["request", "number"], name="line_to_award", condition=Q(award__isnull=True)),
            models.Index(fields=["request", "-weight", "number"], name="line_to_look_at"),
        ]

    def __str__(self) -> str:
        return f"Line {self.number}"


class Job(models.Model):
    """The work that an approval leaves: a worker makes awards in chunks until `done_at`; repeatable after a kill."""

    request = models.OneToOneField(IssuanceRequest, on_delete=models.PROTECT, related_name="job")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # when `due_on` of the request begins on the campus
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="job_open", condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"Job of {self.request_id}"
