"""One award of every kind, made by the real actions, for what must hold of them all."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from credentials.actions import images
from credentials.learned import Mastered
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


def drawn(campus):
    """Its badge was uploaded as SVG."""
    made = definition(campus, title="Drawn")
    upload = SimpleUploadedFile("badge.svg", DRAWN, "image/svg+xml")
    images.set_image(definition=made, upload=upload, alt="A square", by=campus.programme_manager)
    made.refresh_from_db()
    return award(made)


def kinds(campus):
    """By kind; `campus` is the fixture."""
    model, denver = campus("model"), campus("cu_denver")
    spanish = {"standard": {"language": "es"}}
    return {
        "bare": award(definition(model, title="Bare", approvals=[], competencies=[], skills=[])),
        "rich": rich(model),
        "drawn": drawn(model),
        "named in many scripts": award(
            definition(model, title="Datos – 数据分析 – قراءة", answers=spanish),
            PersonFactory(name="محمد 張偉 🔥"),
        ),
        "expiring": award(definition(denver, answers={"learning": {"valid_months": 12}})),
    }
