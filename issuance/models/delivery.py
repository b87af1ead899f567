"""A delivery is an outbox row: one award to one platform account; leases and attempts make it happen once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts import copying
from issuance.models.request import IssuanceRequest, certifying
from journal import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person
    from credentials.models import Award


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    DELIVERED = "delivered", "Delivered"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected by the learner"
    UNPUBLISHED = "unpublished", "Created but not published"
    NEEDS_PERSON = "needs_person", "Needs a person"
    CANCELLED = "cancelled", "Cancelled"


# The acts that bring an award to its platform: a new badge, or one that takes the place of an older one there.
BRINGING = ("issue", "replace")
# What a delivery goes on from by itself, and what it waits for a person in.
UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING)
STUCK = (DeliveryState.NEEDS_PERSON, DeliveryState.UNPUBLISHED)


class AccountQuerySet(models.QuerySet["PlatformAccount"]):
    """Accounts at platforms."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses that the person manages."""
        return self if person.is_superuser else self.filter(institution__in=person.managed())

    def compared_for(self, person: Person) -> Self:
        """Those of the campuses that the person manages or certifies for, in use."""
        active = (
            self.filter(active=True)
            .select_related("institution")
            .order_by("institution__name", "platform", "name")
        )
        if person.is_superuser:
            return active
        offices = [grant.institution_id for grant in certifying(person)]
        return active.filter(Q(institution__in=person.managed()) | Q(institution__in=offices))


class PlatformAccount(models.Model):
    """An institution's account at a platform. Secrets stay in the environment; `name` says which set ("" is the plain one)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="platforms"
    )
    platform = models.CharField(max_length=20)
    name = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)
    # What it said when it was last looked at (`issuance.health`); None where the platform does not tell.
    checked_at = models.DateTimeField(null=True, blank=True)
    usable = models.BooleanField(null=True, blank=True)
    message = models.TextField(blank=True)
    credits_left = models.IntegerField(null=True, blank=True)
    token_expires_on = models.DateField(null=True, blank=True)
    token_mark = models.CharField(max_length=64, blank=True)  # a digest that tells a new token from the old
    token_since = models.DateField(null=True, blank=True)  # the first day that this one was seen here
    warned = models.CharField(max_length=40, blank=True)  # of what people were last told

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "platform", "name"], name="platform_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.platform} of {self.institution}"


class PlatformTemplate(models.Model):
    """The badge template (Credly), group (Accredible) or badge class (Canvas Credentials) of one definition version.

    `linked`: it was made there by hand, and what it says and shows is kept there. `image` is the stored file whose picture it
    shows; `design` the platform's own design where it takes no picture; `problem` why a new picture did not get there.
    """

    account = models.ForeignKey(PlatformAccount, on_delete=models.PROTECT, related_name="templates")
    version = models.ForeignKey("credentials.DefinitionVersion", on_delete=models.PROTECT, related_name="+")
    remote_id = models.CharField(max_length=100)
    linked = models.BooleanField(default=False)
    image = models.CharField(max_length=200, blank=True)
    design = models.CharField(max_length=40, blank=True)
    problem = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    polled_at = models.DateTimeField(
        null=True, blank=True
    )  # when the platform was last asked what became of them

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "version"], name="platform_template_once")]

    def __str__(self) -> str:
        return self.remote_id


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries."""

    def visible_to(self, person: Person) -> Self:
        """Those of requests that the person may see, and all of the campuses that the person manages."""
        if person.is_superuser:
            return self
        requests = IssuanceRequest.objects.visible_to(person)
        return self.filter(Q(request__in=requests) | Q(account__institution__in=person.managed()))

    def tended_by(self, person: Person) -> Self:
        """Those that the person may send again or cancel: of the offices held, and of the campuses managed."""
        if person.is_superuser:
            return self
        requests = IssuanceRequest.objects.to_certify(person)
        return self.filter(Q(request__in=requests) | Q(account__institution__in=person.managed()))

    def queue_new(
        self, awards: Iterable[Award], *, account: PlatformAccount, request: IssuanceRequest
    ) -> None:
        """Put awards that were just made on their way to the platform, in the caller's transaction."""
        now = clock.now()
        copying.copy(
            self.model,
            ({"award_id": award.pk} for award in awards),
            account_id=account.pk,
            request_id=request.pk,
            due_at=now,
            created_at=now,
            claimed_until=None,
            claim_token=None,
            settled_at=None,
        )

    def stuck(self) -> Self:
        """Waiting for a person."""
        return self.filter(state__in=STUCK)

    def unsettled(self) -> Self:
        """Of awards that ended: withdrawals that are not carried out, and what may have arrived meanwhile."""
        withdrawing = Q(act="revoke") & ~Q(state__in=(DeliveryState.DELIVERED, DeliveryState.CANCELLED))
        unknown = Q(state=DeliveryState.SENDING) | Q(state=DeliveryState.QUEUED, ask_first=True)
        return self.filter(withdrawing | unknown & Q(act__in=BRINGING))

    def bringing(self) -> Self:
        """Those that bring an award to its platform, not those that withdraw it."""
        return self.filter(act__in=BRINGING)

    def never_left(self) -> Self:
        """What waits and is not at the platform, for sure."""
        waiting = (DeliveryState.QUEUED, DeliveryState.NEEDS_PERSON)
        return self.bringing().filter(state__in=waiting, remote_id="", ask_first=False)

    def about(self, words: str) -> Self:
        """Whose learner's name or address, or whose badge's title, has these words."""
        named = Q(award__recipient_name__icontains=words) | Q(award__recipient_email__icontains=words)
        return self.filter(named | Q(award__version__title__icontains=words)) if words else self

    def under_way(self) -> Self:
        """Going on by themselves."""
        return self.filter(state__in=UNDER_WAY)


class Delivery(models.Model):
    """What is to reach the platform, when next, and how it stands. An outcome is written only under `claim_token`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey("credentials.Award", on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(PlatformAccount, on_delete=models.PROTECT, related_name="deliveries")
    request = models.ForeignKey(
        "issuance.IssuanceRequest", null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    # `replace` begins with the remote id of the badge whose place it takes, which may stay the same.
    act = models.CharField(
        max_length=10,
        default="issue",
        choices=[("issue", "Issue"), ("revoke", "Revoke"), ("replace", "Replace")],
    )
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ask_first = models.BooleanField(
        default=False
    )  # after an ambiguous end: ask the platform before sending again
    remote_id = models.CharField(max_length=100, blank=True)
    remote_url = models.URLField(blank=True, max_length=500)
    claim_url = models.URLField(blank=True, max_length=500)
    cause = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["award", "account", "act"], name="delivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=(Q(state="sending") & Q(claim_token__isnull=False) & Q(claimed_until__isnull=False))
                | (~Q(state="sending") & Q(claim_token__isnull=True) & Q(claimed_until__isnull=True)),
                name="delivery_lease_is_whole",
            ),
            # What the platform holds stands for one award of ours; a second that finds it there needs a person.
            models.UniqueConstraint(
                fields=["account", "remote_id"],
                condition=Q(act="issue") & ~Q(remote_id=""),
                name="delivery_remote_id_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "request", "due_at"],
                name="delivery_due",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["request", "state"]),
            models.Index(
                fields=["account", "cause"],
                name="delivery_stuck",
                condition=Q(state__in=["needs_person", "unpublished"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.award_id} at {self.account.platform}"


class Attempt(models.Model):
    """Recorded before the call, completed after it. Without an end it was cut off: the end is not known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    asked = models.BooleanField(default=False)  # a question, not a sending
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # a state of deliveries, or temporary, permanent, ambiguous, found, absent, late
    outcome = models.CharField(max_length=20, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        ordering = ("delivery", "number")
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once")]
