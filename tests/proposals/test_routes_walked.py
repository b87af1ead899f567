"""The routes of the three packs, walked whole."""

from proposals.models import Step
from tests.proposals import walking
from tests.proposals.walking import finish, fresh, open_keys


def test_model_route(campus):
    at = campus("model")
    proposal = walking.model_established(at)
    assert proposal.state == "established"
    print([(s.state, s.key, s.status, s.outcome) for s in proposal.steps.in_order()])
