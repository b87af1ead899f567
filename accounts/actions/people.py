"""People come to a campus, learn there, and leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.addresses import keys_of
from accounts.authority import require_administrator
from accounts.hooks import journal, now
from accounts.invitations import invitation
from accounts.models import Affiliation, Delegation, Institution, Person, Role
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

MERGED_MEANWHILE = 5  # times that one looks again


@transaction.atomic
def invite(*, institution: Institution, email: str, name: str, by: Person | None) -> Person:
    """Bring a person to the campus and send them a link to set a password (or to sign in, if they have one).

    Effects: a Person unless the address is known, an Affiliation, a mail, an entry in the campus's record. Someone who
    left is let in again; nobody's name is changed. Only a campus administrator. Refused: no name, no proper address,
    a person who is here already.
    """
    require_administrator(by, institution)
    email, name = address(email), " ".join(name.split())
    refuse_if([] if name else [Reason("Write the person's name.", field="name")])
    person = _found_or_made(email, name)
    if person.affiliations.filter(institution=institution, left_at__isnull=True).exists():
        raise Refused(Reason(f"{person} is at {institution} already.", field="email"))
    affiliation = join(institution, person, by)
    affiliation.invited_at = now()
    affiliation.save(update_fields=["invited_at"])
    journal().post(institution, [invitation(affiliation)])
    return person


def join(institution: Institution, person: Person, by: Person | None) -> Affiliation:
    """Make the person belong to the campus (in the caller's transaction, recorded), without a word to them."""
    affiliation = Affiliation.objects.create(person=person, institution=institution, joined_by=by)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
    journal().record(institution, "person joined", by, {"person": person.pk})
    return affiliation


@transaction.atomic
def invite_again(*, institution: Institution, person: Person, by: Person) -> None:
    """Send the invitation once more, with a new link. Only a campus administrator; refused for people not here."""
    require_administrator(by, institution)
    affiliation = here(institution, person)
    moment = now()
    affiliation.invited_at = moment
    affiliation.save(update_fields=["invited_at"])
    journal().post(institution, [invitation(affiliation, again=f":{moment.isoformat()}")])


def ensure_learner(*, email: str, name: str) -> Person:
    """The person with this address, made if there is none, and from now on a learner. In the caller's transaction.

    No mail is sent and no name is changed. A learner keeps a wallet, so one who left is let in again.
    """
    email = address(email)
    person = held_by([email], {email: " ".join(name.split()) or email})[email]
    if person.learner_since is None or not person.is_active:
        person.learner_since, person.is_active = person.learner_since or now(), True
        person.save(update_fields=["learner_since", "is_active"])
    return person


@transaction.atomic
def ensure_learners(*, recipients: Iterable[tuple[str, str]]) -> dict[str, Person]:
    """`ensure_learner` for many (email, name), in a few statements; the people by address in lower case.

    An address that somebody proved as a further one of theirs leads to them. Nobody of these is merged with another
    until the transaction ends.
    """
    names = {address(email): " ".join(name.split()) or email for email, name in recipients}
    found = held_by(names, names)
    people = Person.objects.filter(pk__among=[person.pk for person in found.values()])
    new = people.filter(Q(learner_since__isnull=True) | Q(is_active=False))
    new.update(learner_since=Coalesce("learner_since", now()), is_active=True)
    return found


def held_by(emails: Collection[str], names: Mapping[str, str]) -> dict[str, Person]:
    """The people with these addresses, under lock, made where there are none; of two who make them one waits."""
    for _ in range(MERGED_MEANWHILE):
        holding = keys_of(emails)
        if len(holding) < len(emails):
            _make({email: names[email] for email in names if email not in holding})
            holding = keys_of(emails)
        rows = Person.objects.select_for_update(no_key=True).filter(pk__among=holding.values()).order_by("pk")
        locked = {person.pk: person for person in rows}
        if (
            len(holding) == len(emails)
            and keys_of(emails) == holding
            and locked.keys() >= {*holding.values()}
        ):
            return {email: locked[key] for email, key in holding.items()}
    raise Refused("These addresses change hands just now. Try it again.")


def _make(names: Mapping[str, str]) -> None:
    """People by address and name, who cannot sign in yet; whoever is made by another at this moment is left to them."""
    fresh = [Person(email=email, name=name[:200]) for email, name in names.items()]
    for person in fresh:
        person.set_unusable_password()
    Person.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)


@transaction.atomic
def rename(*, person: Person, name: str, by: Person) -> Person:
    """Write one's own name differently. Badges that were awarded keep the name they were made with."""
    if by.pk != person.pk:
        raise PermissionDenied("Everyone writes their own name.")
    name = " ".join(name.split())
    refuse_if([] if name else [Reason("Write your name.", field="name")])
    locked = Person.objects.select_for_update().get(pk=person.pk)
    locked.name = name[:200]
    locked.save(update_fields=["name"])
    return locked


@transaction.atomic
def leave(*, institution: Institution, person: Person, by: Person) -> None:
    """End all that the person has at the campus: roles, seats, designations given and held, qualifications.

    By the person or a campus administrator. Effects: those rows end now, the affiliation ends, an entry in the
    campus's record; the account is closed unless the person belongs to another campus or has a wallet here. Refused:
    the only campus administrator, and people who are not here.
    """
    if by.pk != person.pk:
        require_administrator(by, institution)
    Institution.objects.select_for_update().get(pk=institution.pk)
    affiliation, moment = here(institution, person), now()
    person = affiliation.person  # as it is now, not as the caller read it
    refuse_if(only_administrator(institution, person))
    ended = {"ended_at": moment, "ended_by": by}
    for rows in (person.grants, person.holdings, person.qualifications):
        rows.filter(institution=institution, ended_at__isnull=True).update(**ended)
    theirs = Delegation.objects.filter(grant__institution=institution, ended_at__isnull=True)
    (theirs.filter(principal=person) | theirs.filter(delegate=person)).update(**ended)
    affiliation.left_at, affiliation.left_by = moment, by
    affiliation.save(update_fields=["left_at", "left_by"])
    if not (
        person.affiliations.filter(left_at__isnull=True).exists()
        or person.learner_since
        or person.is_superuser
    ):
        Person.objects.filter(pk=person.pk).update(is_active=False)
    journal().record(institution, "person left", by, {"person": person.pk})


def here(institution: Institution, person: Person) -> Affiliation:
    """The person's affiliation with the campus, locked; refused when there is none."""
    rows = Affiliation.objects.select_for_update(of=("self",)).select_related("person")
    found = rows.filter(institution=institution, person=person, left_at__isnull=True).first()
    if found is None:
        raise Refused(Reason(f"{person} is not at {institution}. Invite this person first.", field="person"))
    return found


def only_administrator(institution: Institution, person: Person) -> list[Reason]:
    """The reason why the person cannot go, when nobody else administers the campus."""
    admins = institution.grants.in_force().filter(role=Role.CAMPUS_ADMINISTRATOR, person__is_active=True)
    if not admins.filter(person=person).exists() or admins.exclude(person=person).exists():
        return []
    return [Reason(f"{person} is the only campus administrator. Give someone else that role first.")]


def address(email: str) -> str:
    """The address in lower case; refused when it is none."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(Reason(f"“{email}” is not an e-mail address.", field="email")) from None
    return email


def _found_or_made(email: str, name: str) -> Person:
    """The person with this address under lock."""
    return held_by([email], {email: name})[email]
