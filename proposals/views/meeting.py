"""Texts that met another's, as pages name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from proposals import reading
from proposals.models import KeptAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person
    from proposals.models import Proposal


def waiting(proposal: Proposal, person: Person) -> list[dict[str, Any]]:
    """The person's own texts for which a choice is open."""
    return named(proposal, KeptAnswer.objects.waiting_for(person, reading.current(proposal)))


def named(proposal: Proposal, rows: Iterable[KeptAnswer]) -> list[dict[str, Any]]:
    """Each text with its question, its row, and where one chooses; one of an earlier document under that one's form."""
    forms = {document.pk: proposal.policy.pack.form(document.form) for document in proposal.documents.all()}
    asked = ((row, forms[row.document_id].field(row.field)) for row in rows)
    return [
        {
            "label": field.label if field else row.field,
            "url": reverse("proposal_text", args=[proposal.pk, row.pk]),
            "row": row,
        }
        for row, field in asked
    ]
