"""One award of every kind, made by the real actions, for what must hold of them all."""

import dataclasses
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from credentials.actions import accepting, images, renewal
from credentials.learned import Mastered
from policies.mapping import Competency
from policies.rubrics import Level
from tests.credentials.support import award, definition, with_image
from tests.factories import PersonFactory

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
    held = renewal.correct(award=wrong, said=said, reason="A slip of the pen.", by=campus.programme_manager)
    if held.accepted_at is None:
        accepting.accept(award=held, visibility="link", by=held.holder)
    held.refresh_from_db()
    return held


def kinds(campus):
    """By kind; `campus` is the fixture."""
    model, denver = campus("model"), campus("cu_denver")
    spanish = {"standard": {"language": "es"}}
    return {
        "bare": award(definition(model, title="Bare", approvals=[], competencies=[], skills=[])),
        "rich": rich(model),
        "judged": judged(model),
        "drawn": drawn(model),
        "corrected": corrected(model),
        "named in many scripts": award(
            definition(model, title="Datos – 数据分析 – قراءة", answers=spanish),
            PersonFactory(name="محمد 張偉 🔥"),
        ),
        "expiring": award(definition(denver, answers={"learning": {"valid_months": 12}})),
    }
