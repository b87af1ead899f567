"""The catalogue's index: how each credential is found, and the words that occur in it. Made from others' rows, never edited."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q


class CatalogueEntryQuerySet(models.QuerySet["CatalogueEntry"]):
    """Entries."""

    def stale(self) -> Self:
        """Those that were made of another version, or of the unit as it was called or placed before."""
        current = Q(version=F("definition__current")) & Q(unit_name=F("definition__unit__name"))
        return self.exclude(current & Q(unit_path=F("definition__unit__path")))


class CatalogueEntry(models.Model):
    """How one credential is found. Whether it may be found at all is said by the definition's standing alone.

    `words` are those of its texts in the text's language, weighed; `plain` the same as they are written, without accents.
    `facets` are what it is filtered by, see `credentials.catalogue.facets`.
    """

    definition = models.OneToOneField(
        "credentials.Definition", primary_key=True, on_delete=models.CASCADE, related_name="entry"
    )
    version = models.ForeignKey("credentials.DefinitionVersion", on_delete=models.CASCADE, related_name="+")
    unit_name = models.CharField(max_length=200)
    unit_path = models.TextField()
    language = models.CharField(max_length=20)  # a text search configuration of PostgreSQL
    words = SearchVectorField()
    plain = SearchVectorField()
    facets = ArrayField(models.TextField(), default=list)
    awarded = models.PositiveIntegerField(default=0)  # awards in force as last counted

    objects = CatalogueEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "catalogue entries"
        indexes = [
            GinIndex(fields=["words"], name="entry_words"),
            GinIndex(fields=["plain"], name="entry_plain"),
            GinIndex(fields=["facets"], name="entry_facets"),
        ]

    def __str__(self) -> str:
        return str(self.version)


class CatalogueWords(models.Model):
    """The words of what is offered, for a slip of the pen: one row, a word and its number of credentials a line."""

    text = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "catalogue words"

    def __str__(self) -> str:
        return f"{len(self.text.splitlines())} words"
