"""Approved credentials and awards, made by the real actions."""

import datetime as dt
import io
import re
import uuid
from contextlib import contextmanager
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image, ImageDraw

from credentials.actions import accepting, definitions, images
from credentials.actions.awards import Maker, Recipient
from credentials.models import Award, Standing
from policies.mapping import Competency, DefinitionFacts
from tests.factories import PersonFactory

TITLE = "Reading fire data"
DAY = dt.date(2026, 3, 2)
FAR = dt.date(2099, 6, 30)
APPROVALS = [
    {
        "body": "The committee",
        "title": "The committee decides",
        "outcome": "approve",
        "on": "2026-02-10",
        "clause": "MU-5",
        "counts": {"approve": 5},
        "by": "A person who voted",
    },
    {"body": "Dean", "title": "The dean approves", "outcome": "approve", "on": "2026-02-20", "clause": ""},
]


def facts(title=TITLE, **changes):
    """What an approved proposal says."""
    values = {
        "description": "You can read, map and explain data of wildland fires.",
        "criteria": "Explain three data sets and draw one map.",
        "competencies": [
            Competency("Read a fire weather table", "Oral examination"),
            Competency("Map the perimeter of a fire", "Project"),
        ],
        "skills": ["Mapping", "Statistics"],
        "level": "Undergraduate",
        "modality": "Online",
        "workload": "30 hours within a term",
        "audience": ["Students", "Staff"],
    }
    return DefinitionFacts(title=title, **(values | changes))


def definition(
    campus,
    standing=Standing.ESTABLISHED,
    title=TITLE,
    badge=True,
    answers=None,
    approvals=APPROVALS,
    **changes,
):
    """A credential of the campus, approved by the real actions and with this standing."""
    made = definitions.approve(
        definition=None,
        institution=campus.institution,
        unit=campus.unit,
        type=campus.pack.types[0].id,
        facts=facts(title, **changes),
        answers=answers or {},
        policy=campus.institution.policy,
        proposal_id=uuid.uuid4(),
        revision_hash="0" * 64,
        approvals=approvals,
        badge=badge,
        notation=not badge,
        by=campus.programme_manager,
    )
    if standing == Standing.DRAFT:
        return made
    return set_standing(made, standing)


def set_standing(made, standing):
    """The same definition with another standing."""
    until = FAR if standing == Standing.PILOT else None
    return definitions.set_standing(
        definition=made, standing=standing, since=DAY, awards_until=until, by=None
    )


def learner(**fields):
    """Someone who has not signed in yet."""
    person = PersonFactory(**fields)
    person.set_unusable_password()
    person.save()
    return person


def award(made, holder=None, accepted=True, **changes):
    """One award of the definition, by the same maker as the worker's; its holder accepted it, for people with the link."""
    holder = holder or PersonFactory()
    facts = {"completed_on": DAY} | changes
    recipient = Recipient(holder=holder, name=holder.name, email=holder.email, **facts)
    with transaction.atomic():
        (row,) = Maker(made.current, None).make([recipient])
    row = Award.objects.get(pk=row.pk)
    if accepted:
        accepting.accept(award=row, visibility="link", by=holder)
        row.refresh_from_db()
    return row


def picture(size=(400, 400), kind="PNG", colour="#20456b"):
    """An image file."""
    image, out = Image.new("RGB", size, colour), io.BytesIO()
    ImageDraw.Draw(image).ellipse((60, 60, size[0] - 60, size[1] - 60), fill="#e8dfc8")
    image.save(out, kind)
    return SimpleUploadedFile(f"badge.{kind.lower()}", out.getvalue(), f"image/{kind.lower()}")


def with_image(made, campus):
    """The definition with a badge image set by the programme manager."""
    return images.set_image(
        definition=made, upload=picture(), alt="A ring on blue", by=campus.programme_manager
    )


@contextmanager
def nothing_written():
    """A block in which PostgreSQL refuses every write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


def texts(response):
    """The words of a page, without tags and with single spaces."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
