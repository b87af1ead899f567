"""Proposals are tested on their own: what higher apps do with steps is noted down, not done."""

import pytest

from accounts.authority import people_with
from proposals import hooks
from proposals.handlers import FormSteps


class Noted:
    """Stands in for the app that handles these steps: notes what it is told, blocks when a test says so."""

    def __init__(self):
        self.calls = []
        self.reasons = []
        self.closes_at = None

    def opened(self, step):
        self.calls.append(("opened", step.key))

    def voided(self, step, reason):
        self.calls.append(("voided", step.key, reason))

    def blocked(self, step):
        return self.reasons

    def closes(self, steps):
        return {step.pk: self.closes_at for step in steps if self.closes_at}

    def asked(self, step):
        return people_with(step.actor, step.proposal.institution, step.proposal.unit) if step.actor else []

    def summary(self, step, person):
        return {"closes_at": self.closes_at}


@pytest.fixture(autouse=True)
def noted(monkeypatch):
    """The one handler of every kind of step but forms."""
    handler = Noted()
    kinds = ("ballot", "signoff", "consultation", "acknowledgement")
    monkeypatch.setattr(hooks, "_handlers", {"form": FormSteps(), **dict.fromkeys(kinds, handler)})
    monkeypatch.setattr(hooks, "_viewers", [])
    return handler
