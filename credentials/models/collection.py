"""A learner's own arrangement of badges, and the public page where they show themselves if they want one."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from credentials.models.award import Award, AwardQuerySet, Visibility
from credentials.models.imported import ImportedBadge

if TYPE_CHECKING:
    from accounts.models import Person


def random_name() -> str:
    """A name for a public page that says nothing of the person."""
    return secrets.token_hex(5)


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Collections."""

    def made_by(self, person: Person) -> Self:
        """A learner's own, as they ordered them."""
        return self.filter(owner=person)

    def open_to(self, person: object) -> Self:
        """Those whose page this visitor may open: not private ones, and their own."""
        shown = ~Q(visibility=Visibility.PRIVATE)
        key = getattr(person, "pk", None)
        return self.filter(shown | Q(owner=key) if key else shown)


class Collection(models.Model):
    """A learner's badges under a title, in their order. Each badge still decides for itself who sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="collections")
    title = models.CharField(max_length=120)
    words = models.TextField(max_length=2000, blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE)
    made_at = models.DateTimeField()

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ("made_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="collection_visibility_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Placed(models.Model):
    """A badge in a collection, at its place: an award of ours, or one that was brought from elsewhere."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="placed")
    award = models.ForeignKey(Award, null=True, blank=True, on_delete=models.CASCADE, related_name="placed")
    imported = models.ForeignKey(
        ImportedBadge, null=True, blank=True, on_delete=models.CASCADE, related_name="placed"
    )
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("place", "pk")
        constraints = [
            models.UniqueConstraint(fields=["collection", "award"], name="placed_once"),
            models.UniqueConstraint(fields=["collection", "imported"], name="brought_placed_once"),
            models.CheckConstraint(
                condition=Q(award__isnull=True, imported__isnull=False)
                | Q(award__isnull=False, imported__isnull=True),
                name="placed_is_one_badge",
            ),
        ]


class Profile(models.Model):
    """A learner's public page at `/people/<name>/`. There is none unless they want it; `shown` turns it on and off."""

    person = models.OneToOneField(
        "accounts.Person", primary_key=True, on_delete=models.CASCADE, related_name="public_profile"
    )
    name = models.SlugField(max_length=60, unique=True, default=random_name)
    title = models.CharField(max_length=120)  # what they want to be called there
    words = models.TextField(max_length=2000, blank=True)
    links = models.JSONField(default=list, blank=True)  # [{"label", "url"}]
    shown = models.BooleanField(default=False)
    findable = models.BooleanField(default=False)  # whether search engines may list it
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


def shown_by_link(awards: AwardQuerySet) -> AwardQuerySet:
    """Of these, the ones that people with a link may see; revoked and replaced ones stand nowhere."""
    return awards.live().filter(accepted_at__isnull=False).exclude(visibility=Visibility.PRIVATE)


def shown_to_all(awards: AwardQuerySet) -> AwardQuerySet:
    """Of these, the ones that anyone may find. One that keeps its holder's name to itself is not shown beside that name."""
    return shown_by_link(awards).filter(visibility=Visibility.PUBLIC).exclude(hidden__contains=["name"])
