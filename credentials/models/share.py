"""How badges are shared: to which destination, how often, and how often what was shared there was looked at."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Sum

if TYPE_CHECKING:
    from credentials.models.award import Award


class Destination(models.TextChoices):
    """Where a holder takes a badge; also stands in the shared address (`?via=`), so that views can be told apart."""

    PROFILE = "linkedin-profile", "LinkedIn profile"
    LINKEDIN = "linkedin", "LinkedIn post"
    X = "x", "X"
    FACEBOOK = "facebook", "Facebook"
    BLUESKY = "bluesky", "Bluesky"
    MAIL = "mail", "Mail"
    LINK = "link", "Copied link"
    QR = "qr", "QR code and paper"
    EMBED = "embed", "Web page"
    OWN = "own-link", "Link of their own"  # one made in the wallet, which can be withdrawn
    OTHER = "other", "Any other way"  # the page's plain address


NAMED = frozenset(Destination) - {Destination.OWN, Destination.OTHER}  # what an address may name by `?via=`


class ShareQuerySet(models.QuerySet["Share"]):
    """Counts of shares and views."""

    def by_destination(self) -> models.QuerySet[Share, dict[str, object]]:
        """`destination`, `shared` and `seen`, over all days."""
        sums = self.values("destination").annotate(shared=Sum("shares"), seen=Sum("views"))
        return sums.order_by("destination")


class Share(models.Model):
    """What one badge was shared to one destination on one day (UTC), and how often it was seen from there.

    Counted in Redis and added up each minute; people who look are neither named nor told apart.
    """

    award: models.ForeignKey[Award, Award] = models.ForeignKey(
        "Award", on_delete=models.CASCADE, related_name="shares"
    )
    destination = models.CharField(max_length=20, choices=Destination.choices)
    day = models.DateField()
    shares = models.PositiveIntegerField(default=0)
    views = models.PositiveIntegerField(default=0)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award", "destination", "day"], name="share_row_once"),
            models.CheckConstraint(
                condition=models.Q(destination__in=Destination.values), name="share_destination_known"
            ),
        ]
        indexes = [models.Index(F("day"), F("destination"), name="share_by_day")]

    def __str__(self) -> str:
        return f"{self.destination}, {self.day}"


class ShareLink(models.Model):
    """A link that a learner made for one badge; can be withdrawn. Views are counted in Redis and rolled up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey("Award", on_delete=models.CASCADE, related_name="share_links")
    token = models.CharField(max_length=43, unique=True)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    views = models.PositiveIntegerField(default=0)


class CountedBatch(models.Model):
    """Counts that were taken out of Redis under this id and are stored; so that none is stored twice."""

    id = models.UUIDField(primary_key=True, editable=False)
    stored_at = models.DateTimeField()
