"""Two proposers save at the same moment, with real transactions: no text is lost, whoever is first."""

import pytest

from proposals.actions import drafting
from proposals.merging import digest
from proposals.models import Document, KeptAnswer
from tests.proposals import walking
from tests.proposals.test_concurrency import together
from tests.support import make_campus


@pytest.fixture
def at(transactional_db):
    return make_campus("model")


def test_two_proposers_save_at_once(at):
    proposal = walking.start(at, walking.MODEL_INTENT, proposers=[at.second_proposer])
    shown = walking.MODEL_INTENT["idea"]

    def saving(person, **typed):
        seen = {f"idea.{name}": digest(shown.get(name)) for name in typed}
        return lambda: drafting.write(proposal=proposal, answers={"idea": typed}, seen=seen, by=person)

    found = together(
        saving(at.proposer, summary="By the first.", title="Plain writing"),
        saving(at.second_proposer, summary="By the second.", audience=["students"]),
    )
    assert found == ["done", "done"]
    idea, kept = Document.objects.get().answers["idea"], KeptAnswer.objects.get()
    assert (idea["title"], idea["audience"]) == ("Plain writing", ["students"])
    assert {idea["summary"], kept.answer} == {"By the first.", "By the second."}
    assert (kept.other, kept.written_by != kept.other_by) == (idea["summary"], True)
