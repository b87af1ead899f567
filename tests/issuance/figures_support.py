"""Badges in numbers, and what their holders did with them on which day."""

import datetime as dt

from django.db import transaction

from accounts.models import Person
from credentials.actions.awards import Maker, Recipient
from credentials.models import Award, ClaimLink, Share
from issuance.figures import ours

DAY = dt.date(2026, 3, 4)  # a Wednesday


def moment(day):
    """Noon of the day."""
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def badges(definition, number, *, accepted=0, declined=0, day=DAY, prefix="holder"):
    """So many awards of the day, the first of them accepted on the next day and the last declined."""
    people = [
        Person(email=f"{prefix}{n}@{definition.slug}.example", name=f"Test {prefix} {n}", password="!")
        for n in range(number)
    ]
    Person.objects.bulk_create(people)
    recipients = [Recipient(holder=p, name=p.name, email=p.email, completed_on=day) for p in people]
    with transaction.atomic():
        made = Maker(definition.current, None).make(recipients)
    made.sort(key=lambda row: row.recipient_email)
    later = moment(day + dt.timedelta(days=1))
    Award.objects.filter(pk__in=[row.pk for row in made]).update(awarded_at=moment(day))
    Award.objects.filter(pk__in=[row.pk for row in made[:accepted]]).update(accepted_at=later)
    if declined:
        Award.objects.filter(pk__in=[row.pk for row in made[-declined:]]).update(declined_at=later)
    return made


def mailed(awards, *, followed=0, counted=0, opened=0, day=DAY):
    """A claim link for each; so many followed, and of those who agreed so many opened on the next day."""
    later = day + dt.timedelta(days=1)
    ClaimLink.objects.bulk_create(
        ClaimLink(
            person_id=row.holder_id,
            award=row,
            token_hash=f"{row.pk}",
            created_at=moment(day),
            expires_at=moment(day),
            opened_on=later if n < followed else None,
            counts_opening=n < counted,
            mail_seen_on=later if n < opened else None,
        )
        for n, row in enumerate(awards)
    )


def shared(awards, destination, shares, views=0, day=DAY):
    """Each of them shared so often there, and seen so often from there."""
    Share.objects.bulk_create(
        Share(award=row, destination=destination, day=day, shares=shares, views=views) for row in awards
    )


def stored(model, **wanted):
    """Rows of figures as (figure, part, day, value)."""
    rows = model.objects.filter(**wanted).order_by("figure", "part", "day")
    return list(rows.values_list("figure", "part", "day", "value"))


def count():
    """Our own figures brought up to date."""
    assert ours.roll_up()
