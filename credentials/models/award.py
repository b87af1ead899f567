"""An award: ours first, signed and verifiable here, whatever a platform does."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from credentials.codes import new_code
from credentials.reach import covered_by, grants_of, keeps_awards, keeps_records, keeps_transcripts

if TYPE_CHECKING:
    from accounts.models import Person


class Visibility(models.TextChoices):
    PRIVATE = "private", "Only I can see it"
    LINK = "link", "People with my link can see it"
    PUBLIC = "public", "Anyone can find it"


class Item(models.TextChoices):
    """What a badge says of its holder, each of which they can keep to themselves."""

    NAME = "name", "My name"
    EVIDENCE = "evidence", "The evidence of my work"
    NARRATIVE = "narrative", "What was written about my work"
    RESULTS = "results", "My results"


class StatusListManager(models.Manager["StatusList"]):
    """Status lists, always without their order: half a megabyte that only PostgreSQL itself cuts blocks from."""

    def get_queryset(self) -> models.QuerySet[StatusList]:
        """All, the order left where it is."""
        return super().get_queryset().defer("order")


class StatusList(models.Model):
    """A published bitstring of 131,072 places. `order` is the shuffled order, made with it, in which they are given out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="status_lists"
    )
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField(default=131072)
    used = models.PositiveIntegerField(default=0)
    order = models.BinaryField()
    document = models.TextField(blank=True)  # the signed list, rebuilt when a bit changes, served as it is
    updated_at = models.DateTimeField()

    objects = StatusListManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="status_list_number_once"),
            models.CheckConstraint(condition=Q(used__lte=F("size")), name="status_list_not_overfull"),
            models.CheckConstraint(condition=Q(size__gte=131072), name="status_list_large_enough"),
        ]


# By hand, since the ORM takes several times longer to write these than PostgreSQL to answer them, on each view of a badge.
STORED = """
SELECT id, holder_id, expires_on, status_list_id, visibility, hidden, accepted_at, erased_at, revoked_at,
       superseded_by_id, document AS text
FROM credentials_award WHERE id = %s
"""
SHOWN = """
SELECT a.id, a.holder_id, a.expires_on, a.status_list_id, a.visibility, a.hidden, a.accepted_at, a.erased_at,
       a.revoked_at, a.superseded_by_id, a.document AS text, a.version_id, a.recipient_name, a.awarded_on, a.code,
       i.slug AS campus_slug, i.name AS campus_name, i.timezone AS campus_zone,
       d.slug AS badge_slug, d.image AS badge_image, d.drawing AS badge_drawing, d.image_alt AS badge_alt
FROM credentials_award a
JOIN accounts_institution i ON i.id = a.institution_id
JOIN credentials_definition d ON d.id = a.definition_id
WHERE a.id = %s
"""


ENDED = Q(revoked_at__isnull=False) | Q(superseded_by__isnull=False)

# What nobody may do to signed bytes, whoever has the database: they stay as they are, or are erased for good.
REWRITTEN = (
    "((NEW.document <> OLD.document AND NEW.document <> '') OR NEW.document_hash <> OLD.document_hash)"
)


class AwardQuerySet(models.QuerySet["Award"]):
    """Awards."""

    def live(self) -> Self:
        """Neither revoked nor superseded."""
        return self.filter(revoked_at__isnull=True, superseded_by__isnull=True)

    def held_by(self, person: Person) -> Self:
        """In this person's wallet."""
        return self.filter(holder=person)

    def unanswered(self) -> Self:
        """In force, and neither accepted nor declined by its holder."""
        return self.live().filter(accepted_at__isnull=True, declined_at__isnull=True)

    def accepted(self) -> Self:
        """Those that their holders accepted: nobody but the holder and staff learns of any other."""
        return self.filter(accepted_at__isnull=False)

    def visible_to(self, person: Person) -> Self:
        """Own awards, and all where the person manages, issues, certifies or keeps transcripts today."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_awards(grant) or keeps_transcripts(grant)]
        return self.filter(Q(holder=person) | covered_by(keeping, unit="definition__unit"))

    def recorded_by(self, person: Person) -> Self:
        """Those in the learners' records that the person's office looks after."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_records(grant)]
        return self.filter(covered_by(keeping, unit="definition__unit"))

    def noted_by(self, person: Person) -> Self:
        """Those that go on a transcript which the person keeps."""
        noted = self.filter(version__notation=True)
        if person.is_superuser:
            return noted
        keeping = [grant for grant in grants_of(person) if keeps_transcripts(grant)]
        return noted.filter(covered_by(keeping, unit="definition__unit"))

    def to_note(self) -> Self:
        """In force and not noted on a transcript yet."""
        return self.live().filter(notation__isnull=True)

    def noted(self) -> Self:
        """Noted on a transcript; revoked ones too, since they must be taken off."""
        return self.filter(notation__isnull=False)

    def about(self, words: str) -> Self:
        """Whose learner's name or address, or whose title, holds these words."""
        for word in words.split():
            named = Q(recipient_name__icontains=word) | Q(recipient_email__icontains=word)
            self = self.filter(named | Q(version__title__icontains=word))
        return self

    def bits(self, places: StatusList) -> list[int]:
        """The positions on a status list that are set: of revoked awards, and of those that a newer one replaced.

        A replaced one too, so that it verifies nowhere else as if it were in force.
        """
        ended = self.filter(ENDED, status_list=places)
        return [index for index in ended.values_list("status_index", flat=True) if index is not None]

    def stored(self, key: uuid.UUID) -> Award | None:
        """The award of this id with its stored credential as `text` and what decides who gets it; None without one."""
        return next(iter(self.raw(STORED, [key])), None)

    def shown(self, key: uuid.UUID) -> Award | None:
        """The same with all that its page shows and its other files need, still in one query."""
        return next(iter(self.raw(SHOWN, [key])), None)


class Award(models.Model):
    """One credential held by one person.

    `document` is the signed Open Badges 3.0 credential, byte for byte as it was signed; empty for a type without a badge,
    and once its holder had it erased. `document_hash` (SHA-256, hexadecimal) then still says which bytes they were.

    It begins private and waiting: until the holder accepts it, only they and staff see it. Declining hides it the same
    way and can be taken back; how the award stands (`status_on`) is another matter.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="awards")
    definition = models.ForeignKey("Definition", on_delete=models.PROTECT, related_name="awards")
    version = models.ForeignKey("DefinitionVersion", on_delete=models.PROTECT, related_name="awards")
    holder = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="awards")
    code = models.CharField(
        max_length=10, unique=True, default=new_code, editable=False
    )  # of its short address
    recipient_name = models.CharField(max_length=200)  # as it was certified
    recipient_email = models.EmailField()
    awarded_on = models.DateField()
    awarded_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)  # the issuance request, which stands above
    document = models.TextField(blank=True)
    document_hash = models.CharField(max_length=64, blank=True)
    status_list = models.ForeignKey(StatusList, null=True, on_delete=models.PROTECT, related_name="awards")
    status_index = models.PositiveIntegerField(null=True, blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE)
    # Of Item, kept from everyone but the holder.
    hidden = models.JSONField(default=list, db_default=[], blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    # For those who keep awards, never published.
    decline_reason = models.CharField(max_length=300, blank=True)
    # Since when nothing here says any more whose it was; id, days, standing and hash stay.
    erased_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revocation_reason = models.CharField(max_length=300, blank=True)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    text: str  # the stored credential as JSON text, with `stored` and `shown`; the others with `shown` alone
    campus_slug: str
    campus_name: str
    campus_zone: str
    badge_slug: str
    badge_image: str | None
    badge_drawing: str | None
    badge_alt: str

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ("-awarded_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "definition"],
                condition=Q(revoked_at__isnull=True, superseded_by__isnull=True),
                name="one_live_award",
                violation_error_message="This person holds this credential already.",
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="status_place_once"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revocation_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revocation_reason="")),
                name="revocation_is_whole",
                violation_error_message="A revocation needs its time, its person and a reason.",
            ),
            models.CheckConstraint(
                condition=Q(status_list__isnull=True, status_index__isnull=True)
                | Q(status_list__isnull=False, status_index__isnull=False),
                name="status_place_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="award_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(hidden__contained_by=Item.values), name="award_hidden_items_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False) | Q(visibility=Visibility.PRIVATE),
                name="award_private_until_accepted",
                violation_error_message="Others see a badge once its holder has accepted it.",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=False, accepted_at__isnull=True)
                | Q(declined_at__isnull=True, decline_reason=""),
                name="declining_is_whole",
                violation_error_message="A badge is accepted or declined, not both.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(recipient_name="", recipient_email="", document="", visibility=Visibility.PRIVATE),
                name="erasing_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["request_id"]),
            models.Index(fields=["institution", "-awarded_at"]),
            models.Index(fields=["status_list", "status_index"], name="award_bits", condition=ENDED),
        ]
        triggers = [
            pgtrigger.Protect(
                name="document_is_final", operation=pgtrigger.Update, condition=pgtrigger.Condition(REWRITTEN)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def credential(self) -> dict[str, Any]:
        """The signed document, read; empty where there is none."""
        found: dict[str, Any] = json.loads(self.document) if self.document else {}
        return found

    def status_on(self, day: dt.date) -> str:
        """valid, revoked, superseded or expired."""
        if self.revoked_at:
            return "revoked"
        if self.superseded_by_id:
            return "superseded"
        return "expired" if self.expires_on and day > self.expires_on else "valid"
