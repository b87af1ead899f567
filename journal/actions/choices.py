"""Choosing how one wants one's mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from journal import choosing, clock
from journal.models import How, MailChoice, MailConsent
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person


@transaction.atomic
def choose(*, by: Person, choices: Mapping[str, str]) -> None:
    """Want mail of these kinds at once, once a day, once a week or not at all; kinds left out stay as they are.

    Effects: the person's own choices; mail that waits for a digest still comes with it. Refused: a kind that cannot be
    chosen, or a way in which it does not come.
    """
    offers = {offer.kind: offer for offer in choosing.offers()}
    refuse_if(
        Reason("Mail of this kind does not come in this way.", field=kind)
        for kind, how in choices.items()
        if kind not in offers or how not in offers[kind].ways
    )
    _keep(by, choices)


@transaction.atomic
def agree(*, by: Person, counted: bool) -> None:
    """Agree that it is counted when one opens mail about one's badges, or take that back; safe to repeat.

    Effects: mail that is written from now on has a picture by which its opening is counted, or has none. Taken back,
    nothing is counted of earlier mail either.
    """
    if counted:
        MailConsent.objects.get_or_create(person=by, defaults={"agreed_at": clock.now()})
    else:
        MailConsent.objects.filter(person=by).delete()


def stop(*, by: Person) -> None:
    """Want no more mail of the kinds that one can do without. Effects: the person's own choices; safe to repeat.

    What somebody waits for an answer to still comes, as the person chose it.
    """
    _keep(by, {offer.kind: How.NONE for offer in choosing.offers() if not offer.needed})


def _keep(by: Person, choices: Mapping[str, str]) -> None:
    rows = [MailChoice(person=by, kind=kind, how=how) for kind, how in choices.items()]
    MailChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "kind"], update_fields=["how"]
    )
