"""One award of every kind, made by the real actions, for what must hold of them all."""

import dataclasses
import datetime as dt
import re
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actions import erasing
from credentials.actions import accepting, images, renewal
from credentials.learned import Mastered
from credentials.models import Award, Standing
from journal import clock
from journal.models import Mail
from policies.mapping import Competency
from policies.rubrics import Level
from tests.credentials.support import award, definition, with_image
from tests.factories import PersonFactory
from tests.issuance.stacks import Set, work

WORK = (
    Mastered("Read a fire weather table", "https://work.example/table?a=1"),
    Mastered("Map the perimeter of a fire", "Drawn alone, judged by two."),
)
ALIGNED = [
    {
        "name": "geographic information systems",
        "url": "http://data.europa.eu/esco/skill/1",
        "framework": "ESCO",
    }
]
SLUGS = ("model", "cu_denver")
YEAR = {"learning": {"valid_months": 12}}
DRAWN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
    b'<rect x="50" y="50" width="300" height="300" fill="#20456b"/></svg>'
)


def rich(campus, email="fires@learner.example"):
    """Evidence, results, credits, alignments, an image and the statements of the bodies that approved it."""
    answers = {"standard": {"language": "en-US", "subject": "Forestry", "alignments": ALIGNED}}
    made = definition(campus, for_credit=True, credits=Decimal("1.50"), answers=answers)
    work = {
        "mastered": WORK,
        "evidence": "A map of “1910” & its smoke",
        "evidence_url": "https://work.example/map?a=1&b=2",
        "narrative": 'Explained "all" of it:\n\t1 \\ 2 – 🔥 ]]> <end>',
    }
    return award(with_image(made, campus), PersonFactory(email=email), **work)


def judged(campus):
    """Its competencies are judged by rubrics, one of them without points."""
    levels = (
        Level("Begun", "Reads one row.", 1, False),
        Level("Done", "Reads all rows.", 2),
        Level("Shines", "", 3),
    )
    competencies = [
        Competency("Read a fire weather table", "Oral examination", levels),
        Competency("Map the perimeter of a fire", "Project", (Level("Good map"),)),
    ]
    made = definition(campus, title="Judged", competencies=competencies)
    shown = (Mastered(WORK[0].competency, level="Shines"), Mastered(WORK[1].competency, level="Good map"))
    return award(made, mastered=shown)


def drawn(campus):
    """Its badge was uploaded as SVG."""
    made = definition(campus, title="Drawn")
    upload = SimpleUploadedFile("badge.svg", DRAWN, "image/svg+xml")
    images.set_image(definition=made, upload=upload, alt="A square", by=campus.programme_manager)
    made.refresh_from_db()
    return award(made)


def corrected(campus):
    """It took the place of one that said something wrong."""
    wrong = award(definition(campus, title="Corrected"))
    said = dataclasses.replace(renewal.said_by(wrong), name="Another name")
    return accepted(
        renewal.correct(award=wrong, said=said, reason="A slip of the pen.", by=campus.programme_manager)
    )


def renewed(campus):
    """It took the place of one that ran out a month ago."""
    lasting = definition(campus, title="Renewed", answers=YEAR)
    with clock.at(clock.now() - dt.timedelta(days=395)):
        old = award(lasting)
    return accepted(renewal.renew(award=old, by=campus.programme_manager))


def stacked(campus):
    """It came by itself once both of its parts were held."""
    made, person = Set(campus), PersonFactory(name="Demo learner with a stack")
    made.earn(person, *made.parts)
    work()
    return accepted(Award.objects.get(definition=made.whole))


def accepted(held):
    """The award, which its holder lets people with its link see."""
    if held.accepted_at is None:
        accepting.accept(award=held, visibility="link", by=held.holder)
    return Award.objects.get(pk=held.pk)


def kinds(model, denver):
    """By kind; of two campuses."""
    spanish = {"standard": {"language": "es"}}
    return {
        "bare": award(definition(model, title="Bare", approvals=[], competencies=[], skills=[])),
        "rich": rich(model),
        "judged": judged(model),
        "drawn": drawn(model),
        "pilot": award(definition(model, Standing.PILOT, title="Pilot")),
        "stack": stacked(model),
        "corrected": corrected(model),
        "renewed": renewed(denver),
        "named in many scripts": award(
            definition(model, title="Datos – 数据分析 – قراءة", answers=spanish),
            PersonFactory(name="محمد 張偉 🔥"),
        ),
        "expiring": award(definition(denver, title="Expiring", answers=YEAR)),
    }


def files(held):
    """Every form that holds the whole credential, as it is given out; pixels only where the badge has an image."""
    forms = ("json", "jwt", "svg", "png") if held.definition.image else ("json", "jwt", "svg")
    return {form: Client().get(f"/awards/{held.pk}.{form}").content for form in forms}


def texts_of(found):
    """Those of the files that are plain text."""
    return [content.decode() for form, content in found.items() if form in ("json", "jwt")]


def erase(person):
    """By the mailed link."""
    erasing.ask(by=person)
    text = Mail.objects.get(kind="erase_asked", recipient=person).text
    erasing.erase(token=re.search(r"/profile/data/erase/([^/\s]+)", text)[1], by=person)


def every_file(campus):
    """Every form by kind, among them what a learner kept whose data were erased since; and the awards."""
    model, denver = map(campus, SLUGS)
    held = kinds(model, denver)
    found = {kind: files(one) for kind, one in held.items()}
    gone = rich(model, "gone@learner.example")
    found["erased since"] = files(gone)
    erase(gone.holder)
    assert Client().get(f"/awards/{gone.pk}.json").status_code == 410
    return held, found


def written(found, folder):
    """The files by the names that they are given there."""
    paths = {}
    for kind, forms in found.items():
        for form, content in forms.items():
            paths[f"{kind}.{form}"] = folder / f"{kind}.{form}"
            paths[f"{kind}.{form}"].write_bytes(content)
    return paths
