"""Several addresses, one person: add one with proof, choose the main one, remove one, merge what was learned under it."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from rest_framework.authtoken.models import Token

from accounts.actions.people import address
from accounts.addresses import holder_of, proven_by
from accounts.hooks import journal
from accounts.merging import closers, movers
from accounts.models import Institution, Person
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.merging import Moved

PROOF_SECONDS = 24 * 60 * 60
MOST_ADDRESSES = 10
NAMELESS = "A record that became part of another"
SALT = "this address is mine too"
BAD_PROOF = "This link is not known, or too old. Ask for a new one on the page of your addresses."
STAFF = "This address belongs to an account with a role here. Sign in there, or ask the campus administrator to end it."
GUARDED = "This address belongs to an account with a sign-in of its own (second factor or campus account). Remove it there."
OTHERS = "This address belongs to another account by now. Ask for a new link."


class Proof(NamedTuple):
    """What a mailed link says: this person asked for this address."""

    person_id: uuid.UUID
    email: str


def _state(person: Person) -> str:
    """Changes with the person's addresses, so that a link works once."""
    return hashlib.sha256(" ".join(proven_by(person)).encode()).hexdigest()[:16]


def ask(*, email: str, by: Person) -> None:
    """Mail a link to this address that proves it is one's own; whoever else may have it is not told.

    Refused: no address, one's own already, ten of them.
    """
    email, own = address(email), proven_by(by)
    if email in own:
        raise Refused(Reason("This address is yours already.", field="email"))
    if len(own) >= MOST_ADDRESSES:
        raise Refused(Reason(f"You have {MOST_ADDRESSES} addresses. Remove one first.", field="email"))
    token = signing.dumps([str(by.pk), email, _state(by)], salt=SALT)
    url = f"{settings.SITE_URL}{reverse('address_prove', args=[token])}"
    context = {"person": by.name, "account": by.email, "url": url}
    journal().post_to(email, "address_proof", f"address_proof:{uuid.uuid4()}", context)


def proof_of(token: str, person: Person) -> Proof:
    """What the link says. Refused for one that is forged, too old or used; PermissionDenied for somebody else's."""
    try:
        key, email, state = signing.loads(token, salt=SALT, max_age=PROOF_SECONDS)
    except (signing.BadSignature, ValueError):
        raise Refused(BAD_PROOF) from None
    if key != str(person.pk):
        raise PermissionDenied(
            "Sign in to the account that asked for this address, then open the link again."
        )
    if state != _state(person):
        raise Refused(BAD_PROOF)
    return Proof(person.pk, email)


def merging_problem(gone: Person) -> str:
    """Why what this person has cannot come to another; "" when it can."""
    if gone.is_staff or gone.is_superuser or gone.affiliations.filter(left_at__isnull=True).exists():
        return STAFF
    if is_mfa_enabled(gone) or SocialAccount.objects.filter(user=gone).exists():
        return GUARDED
    return ""


@transaction.atomic
def prove(*, token: str, by: Person, password: str = "") -> Person:
    """Add the address of a mailed link, with all that was learned under it.

    Effects: the address leads to `by`; whoever had it as a learner only becomes part of `by`: what they hold moves, an
    entry in the record of each campus concerned, and their account closes. Refused: a bad link, an account with a role
    or a sign-in of its own, a wrong password where that account has one.
    """
    proof = proof_of(token, by)
    found = holder_of(proof.email)
    locked = _locked(key for key in (by.pk, found and found.pk) if key)
    kept, gone = locked.get(by.pk), locked.get(found.pk) if found else None
    if kept is None or kept.merged_into_id or not kept.is_active or holder_of(proof.email) != gone:
        raise Refused(OTHERS)
    if proof != proof_of(token, kept):
        raise Refused(BAD_PROOF)
    if gone:
        refuse_if(Reason(text) for text in [merging_problem(gone)] if text)
        if gone.has_usable_password() and not gone.check_password(password):
            raise Refused(
                Reason("Type the password of that account, to prove that it is yours.", field="password")
            )
        _merge(kept, gone)
    _hold(kept, proof.email)
    return kept


def _locked(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """In one order, so that two who merge at once wait for each other; nobody is awarded anything meanwhile."""
    rows = Person.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk")
    return {person.pk: person for person in rows}


def _hold(person: Person, email: str) -> None:
    if email != person.email:
        EmailAddress.objects.update_or_create(
            user=person, email=email, defaults={"verified": True, "primary": False}
        )


def _merge(kept: Person, gone: Person) -> None:
    moved = [row for mover in movers() for row in mover(kept, gone)]
    for close in closers():
        close(kept, gone)
    old = gone.email
    EmailAddress.objects.filter(user=gone).exclude(email=old).update(user=kept, primary=False)
    EmailAddress.objects.filter(user=gone).delete()
    Token.objects.filter(user=gone).delete()
    gone.email, gone.is_active, gone.merged_into = f"{gone.pk}@merged.invalid", False, kept
    gone.name = NAMELESS  # so that erasing `kept` leaves nothing behind
    gone.set_unusable_password()  # which ends its sessions
    gone.save(update_fields=["email", "name", "is_active", "merged_into", "password"])
    _hold(kept, old)
    if gone.learner_since:
        kept.learner_since = min(gone.learner_since, kept.learner_since or gone.learner_since)
        kept.save(update_fields=["learner_since"])
    _record(kept, gone, moved)


def _record(kept: Person, gone: Person, moved: list[Moved]) -> None:
    """Ids alone, since the rows are of learners; one entry in the record of each campus."""
    by_campus: dict[uuid.UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in moved:
        by_campus[row.institution_id][row.what].append(str(row.key))
    for campus in Institution.objects.filter(pk__in=by_campus).order_by("pk"):
        detail = {"kept": str(kept.pk), "gone": str(gone.pk), "moved": by_campus[campus.pk]}
        journal().record(campus, "learners merged", kept, detail)


@transaction.atomic
def make_main(*, email: str, by: Person) -> Person:
    """Sign in by, and get mail at, another of one's proven addresses. Refused for people with a role, and an address
    that is not theirs."""
    person, email = _locked([by.pk])[by.pk], address(email)
    if email not in proven_by(person):
        raise Refused("This address is not one of yours.")
    if person.is_staff:
        raise Refused("Your role goes with the address that you sign in by. Ask your campus administrator.")
    old = person.email
    if email != old:
        EmailAddress.objects.filter(user=person, email=email).delete()
        person.email = email
        person.save(update_fields=["email"])
        _hold(person, old)
    return person


@transaction.atomic
def remove(*, email: str, by: Person) -> None:
    """Give up a further address; what came by it stays. Refused for the one that one signs in by."""
    person, email = _locked([by.pk])[by.pk], address(email)
    if email == person.email:
        raise Refused("You sign in by this address. Choose another one first.")
    if email not in proven_by(person):
        raise Refused("This address is not one of yours.")
    EmailAddress.objects.filter(user=person, email=email).delete()
