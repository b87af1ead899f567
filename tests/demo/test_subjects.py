"""What the demo proposes satisfies the policies under which it is submitted."""

import pytest

from desk.demo import subjects
from policies import engine
from policies.engine import Facts
from policies.loader import packs

PACKS = {"model": "model", "boulder": "cu_boulder", "montana": "montana"}
TYPES = {
    "montana_forest": "badge_and_notation",
    "montana_telehealth": "badge_and_notation",
    "model_risks": "micro_certificate",
}
UNFINISHED = {"model_budgets", "montana_trails"}
ALL = sorted(path.stem for path in subjects.FOLDER.glob("*.toml"))
FORMS = [
    (subject, form)
    for subject in ALL
    for form in ("intent", "proposal", "full_proposal")
    if subjects.answers(subject, form) and not (subject in UNFINISHED and form == "proposal")
]


def whole(subject, form):
    """The answers to a form with those that it takes over from earlier ones."""
    pack = packs()[PACKS[subject.partition("_")[0]]]
    earlier = engine.combined(
        subjects.answers(subject, name)
        for name in ("intent", "proposal")[: 2 if form == "full_proposal" else 1]
    )
    filled = engine.merged(engine.prefill(pack, form, earlier), subjects.answers(subject, form))
    return pack, filled


def test_there_are_25_subjects():
    assert len(ALL) == 25


@pytest.mark.parametrize(("subject", "form"), FORMS)
def test_subject_satisfies_its_policy(subject, form):
    pack, answers = whole(subject, form)
    cleaned, unfit = engine.clean(pack, form, answers)
    assert unfit == []
    facts = Facts(proposers=2, type=TYPES.get(subject, "badge"), files={"syllabi.files": ["a file"]})
    assert engine.errors(pack, form, cleaned, facts) == []


def test_drafts_still_lack_something():
    pack, answers = whole("montana_trails", "proposal")
    cleaned, _unfit = engine.clean(pack, "proposal", answers)
    lacking = engine.errors(pack, "proposal", cleaned, Facts(proposers=2, type="badge_and_notation"))
    assert {"UM-4", "UM-11", "UM-12"} <= {reason.clause for reason in lacking}


def test_syllabus_is_a_pdf():
    assert subjects.syllabus("montana_smoke").read().startswith(b"%PDF-")
