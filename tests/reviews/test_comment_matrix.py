"""State × role: who may comment and who may ask a unit, in every state; what is allowed is written out by hand."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from policies.reasons import Refused
from reviews.actions import comments, views
from tests.proposals.test_matrix import LINES

pytestmark = pytest.mark.django_db

SEE = {
    "proposer", "supervisor", "section_head", "programme_manager", "programme_director", "administrator", "registrar",
}  # fmt: skip
STRANGERS = {"second_proposer", "issuer", "assessor", "learner", "nobody", "stranger"}
ENDED = {"declined", "withdrawn", "lapsed", "retired"}
# A draft is seen by its proposer alone.
EXPECTED = {line: ("refused" if line in ENDED else "done", SEE) for line in LINES}
EXPECTED["draft"] = ("refused", {"proposer"})


def outcome(act):
    """What became of the act, which is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except PermissionDenied:
        return "denied"
    except Refused:
        return "refused"
    return "done"


@pytest.mark.parametrize("line", LINES)
def test_who_comments_and_asks(campus, line):
    pack, reach, _state = LINES[line]
    at = campus(pack)
    proposal = reach(at)
    came, seeing = EXPECTED[line]
    for role in SEE | STRANGERS:
        by = (
            at.offices[next(iter(at.offices))]
            if role == "registrar" and pack != "model"
            else getattr(at, role)
        )
        said = outcome(
            lambda by=by: comments.add(proposal=proposal, text="A word", visibility="everyone", by=by)
        )
        assert (role, said) == (role, came if role in seeing else "denied")
        asked = outcome(lambda by=by: views.ask(proposal=proposal, unit=at.college, by=by))
        manages = role == "programme_manager" and role in seeing
        assert (role, asked) == (role, came if manages else "denied")
