"""A credential that a campus offers: its standing, and the versions frozen from approved revisions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q

from credentials.looks import pack_of, rules_page
from credentials.models.award import Award
from credentials.reach import grants_of

if TYPE_CHECKING:
    from accounts.models import Person


class Standing(models.TextChoices):
    """The right to award and to advertise (design section 2)."""

    DRAFT = "draft", "Not approved yet"
    PILOT = "pilot", "In pilot"
    ESTABLISHED = "established", "Established"
    SUSPENDED = "suspended", "Suspended"
    TEACH_OUT = "teach_out", "Being taught out"
    LAPSED = "lapsed", "Lapsed"
    RETIRED = "retired", "Retired"


ADVERTISED = (Standing.PILOT, Standing.ESTABLISHED)
DECIDED = {"approve": "Approved", "approve_with_conditions": "Approved with conditions"}
SILENT = "Nobody objected in time"
AWARDABLE = (Standing.PILOT, Standing.ESTABLISHED, Standing.TEACH_OUT)


class DefinitionQuerySet(models.QuerySet["Definition"]):
    """Definitions."""

    def public(self) -> Self:
        """What may be advertised: approved, in pilot or established."""
        return self.filter(standing__in=ADVERTISED, current__isnull=False)

    def known(self) -> Self:
        """What a stranger may look up by its address: what is public, and what people hold though it has ended."""
        held = Exists(Award.objects.filter(definition=OuterRef("pk")))
        ended = ~Q(standing=Standing.DRAFT) & held
        return self.filter(Q(standing__in=ADVERTISED) | ended, current__isnull=False)

    def visible_to(self, person: Person) -> Self:
        """What is public, and everything of the campuses where the person has a role or a seat today."""
        if person.is_superuser:
            return self
        own = [grant.institution_id for grant in grants_of(person)]
        seats = person.holdings.in_force().values("institution")
        return self.filter(
            Q(standing__in=ADVERTISED, current__isnull=False)
            | Q(institution__in=own)
            | Q(institution__in=seats)
        )


class Definition(models.Model):
    """The credential itself. Written only by proposal transitions and by the clock (`credentials.actions.definitions`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="definitions"
    )
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="definitions")
    slug = models.SlugField(max_length=120, unique=True)
    type = models.CharField(max_length=40)
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.DRAFT)
    standing_since = models.DateField()
    awards_until = models.DateField(null=True, blank=True)  # the pilot's last day
    current = models.ForeignKey(
        "DefinitionVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    image = models.ImageField(upload_to="badges/", null=True, blank=True, max_length=200)
    image_alt = models.CharField(max_length=200, blank=True)
    # The same badge as a safe SVG, and the choices it was made of; empty where pixels were uploaded.
    drawing = models.FileField(upload_to="badges/", null=True, blank=True, max_length=200)
    design = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="standing_known"),
            models.CheckConstraint(
                condition=~Q(standing="pilot") | Q(awards_until__isnull=False),
                name="pilot_has_its_last_day",
                violation_error_message="A pilot needs its last day.",
            ),
        ]

    def __str__(self) -> str:
        return self.current.title if self.current else self.slug

    def awardable_on(self, day: dt.date) -> bool:
        """Whether a badge may be awarded on that day: standing in force, and not past the pilot's last day."""
        return self.standing in AWARDABLE and (self.awards_until is None or day <= self.awards_until)


class JSONArrayLength(Func):
    """How many items a JSON list has."""

    function = "jsonb_array_length"
    output_field = models.IntegerField()


class DefinitionVersionQuerySet(models.QuerySet["DefinitionVersion"]):
    """Versions of definitions."""

    def current(self) -> Self:
        """Those in force: the last ones approved."""
        return self.filter(definition__current=F("pk"))

    def unsigned(self) -> Self:
        """Those with a decision that has no signed statement yet."""
        signed = self.annotate(signed=Count("endorsements"), decided=JSONArrayLength(F("approvals")))
        return signed.filter(signed__lt=F("decided"))

    def visible_to(self, person: Person) -> Self:
        """Those of the definitions that the person may see."""
        return self.filter(definition__in=Definition.objects.visible_to(person))


class DefinitionVersion(models.Model):
    """What was approved, frozen from one revision of one proposal. Awards keep the version they were made under."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField()
    criteria = models.TextField()
    competencies = models.JSONField(default=list)  # [{name, assessment, levels}], see `policies.rubrics`
    skills = models.JSONField(default=list)  # [str]
    for_credit = models.BooleanField(default=False)
    credits = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    level = models.TextField(blank=True)
    modality = models.TextField(blank=True)
    workload = models.TextField(blank=True)
    audience = models.JSONField(default=list)
    stacks_into = models.TextField(blank=True)
    answers = models.JSONField(
        default=dict
    )  # the approved answers, for rules that read them (certifier, eligibility)
    badge = models.BooleanField(default=True)
    notation = models.BooleanField(default=False)
    policy = models.ForeignKey("accounts.AdoptedPolicy", on_delete=models.PROTECT, related_name="+")
    proposal_id = models.UUIDField()  # where it came from; no foreign key, since proposals stand above
    revision_hash = models.CharField(max_length=64)
    approvals = models.JSONField(default=list)  # public chain: [{body, title, outcome, on, clause}]
    approved_on = models.DateField()

    objects = DefinitionVersionQuerySet.as_manager()

    class Meta:
        ordering = ("definition", "number")
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="definition_version_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="version_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def approvals_shown(self) -> list[dict[str, Any]]:
        """The chain of decisions for anyone: bodies and offices, outcomes, days and clauses. Never people."""
        return [self._shown(place, decision) for place, decision in enumerate(self.approvals)]

    def endorsement_id(self, place: int) -> uuid.UUID:
        """The id of the signed statement of a decision in the chain, known before it is signed."""
        return uuid.uuid5(self.pk, f"decision {place}")

    def _shown(self, place: int, decision: dict[str, Any]) -> dict[str, Any]:
        clause = pack_of(self.policy_id).clause(decision.get("clause", ""))
        mark = (
            {
                "id": clause.id,
                "text": clause.text,
                "source": clause.section or "The policy",
                "url": f"{rules_page(self.policy_id)}#{clause.id}",
            }
            if clause
            else None
        )
        return {
            "body": decision["body"],
            "outcome": decision["outcome"],
            "word": SILENT if decision.get("silent") else DECIDED.get(decision["outcome"], ""),
            "on": dt.date.fromisoformat(decision["on"]) if decision.get("on") else None,
            "clause": mark,
            "sealed": True,
            "statement": f"/endorsements/{self.endorsement_id(place)}",
        }
