"""State × transition × role: every triple is tried through the one door; what is allowed is written out by hand.

The model university's route has all states; a draft that nobody but its proposers sees, and CU Boulder's intent, which
an officer opens by hand, are lines of their own.
"""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Delegation, Person, RoleGrant
from journal import clock
from policies.reasons import Refused
from proposals import moves
from proposals.actions import adhoc, drafting, lapsing, transitions, undoing
from proposals.machine import TRANSITIONS
from proposals.models import Step
from proposals.states import State
from tests.factories import LONG_AGO
from tests.proposals import walking
from tests.proposals.walking import fresh


def model_lapsed(campus):
    """Four years on, the pilot of two academic years is over."""
    proposal = walking.model_pilot(campus)
    with clock.at(clock.now() + dt.timedelta(days=4 * 365)):
        lapsing.lapse_due()
    return fresh(proposal)


# One proposal a line: which pack, how it is reached, the state it is in.
LINES = {
    "draft": ("model", walking.model_draft, "intent"),
    "intent": ("model", walking.model_intent, "intent"),
    "intent with an officer": ("cu_boulder", walking.boulder_intent, "intent"),
    "proposal": ("model", walking.model_proposal, "proposal"),
    "committee_review": ("model", walking.model_committee_review, "committee_review"),
    "unit_approval": ("model", walking.model_unit_approval, "unit_approval"),
    "pilot": ("model", walking.model_pilot, "pilot"),
    "full_approval": ("model", walking.model_full_approval, "full_approval"),
    "established": ("model", walking.model_established, "established"),
    "changes_requested": ("model", walking.model_changes_requested, "changes_requested"),
    "on_hold": ("model", walking.model_on_hold, "on_hold"),
    "declined": ("model", walking.model_declined, "declined"),
    "withdrawn": ("model", walking.model_withdrawn, "withdrawn"),
    "lapsed": ("model", model_lapsed, "lapsed"),
    "retired": ("model", walking.model_retired, "retired"),
}
OFFICE = {"programme_manager", "designee"}  # the designee was named by the programme manager
# What is allowed, and to whom; nothing else is.
ALLOWED = {
    "draft": {"submit": {"proposer"}, "withdraw": {"proposer"}},
    "intent": {"withdraw": {"proposer"}, "hold": OFFICE, "decline": OFFICE},
    "intent with an officer": {
        "open_proposal": OFFICE,
        "withdraw": {"proposer"},
        "hold": OFFICE,
        "decline": OFFICE,
    },
    "proposal": {"submit": {"proposer"}, "withdraw": {"proposer"}, "hold": OFFICE},
    "committee_review": {"withdraw": {"proposer"}, "hold": OFFICE},
    "unit_approval": {"withdraw": {"proposer"}, "hold": OFFICE},
    "pilot": {
        "file_full_proposal": {"proposer"},
        "withdraw": {"proposer"},
        "hold": OFFICE,
        "extend_pilot": OFFICE,
    },
    "full_approval": {"withdraw": {"proposer"}, "hold": OFFICE},
    "established": {"retire": OFFICE},
    "changes_requested": {"resubmit": {"proposer"}, "withdraw": {"proposer"}, "hold": OFFICE},
    "on_hold": {"resume": OFFICE},
    "declined": {},
    "withdrawn": {},
    "lapsed": {},
    "retired": {},
}
# Whose move it is. To anybody else it is forbidden whatever the state; to these it is refused with reasons.
ROLES_OF = {
    "submit": {"proposer"},
    "open_proposal": OFFICE,
    "resubmit": {"proposer"},
    "file_full_proposal": {"proposer"},
    "hold": OFFICE,
    "resume": OFFICE,
    "decline": OFFICE,
    "withdraw": {"proposer"},
    "extend_pilot": OFFICE,
    "retire": OFFICE,
}
# Nobody's moves (a step's outcome, the clock, or no officer named): whoever sees the proposal learns why.
NOBODYS = {"advance", "request_changes", "send_back", "hand_back", "undo", "lapse", "reconsider"}
SEE_IT = {
    "proposer",
    "supervisor",
    "section_head",
    "member",
    "chair",
    "office_holder",
    "certifier",
    "programme_manager",
    "designee",
    "programme_director",
    "administrator",
    "operator",
}
# Where an intent has no officer, opening the form is nobody's move either.
BY_ITSELF_IN = {"model": {"open_proposal"}, "cu_boulder": set()}


def cast(campus):
    """Everyone who tries, by what they are to the proposal."""
    manager = RoleGrant.objects.get(institution=campus.institution, role="programme_manager")
    Delegation.objects.create(
        principal=campus.programme_manager, delegate=campus.nobody, grant=manager, starts_on=LONG_AGO
    )
    body = campus.pack.bodies[0].id
    return {
        "proposer": campus.proposer,
        "another proposer": campus.second_proposer,
        "supervisor": campus.supervisor,
        "section_head": campus.section_head,
        "member": campus.members(body)[-1],
        "chair": campus.chair(body),
        "office_holder": campus.offices.get("provost", campus.registrar),
        "certifier": campus.registrar,
        "programme_manager": campus.programme_manager,
        "designee": campus.nobody,
        "issuer": campus.issuer,
        "assessor": campus.assessor,
        "programme_director": campus.programme_director,
        "administrator": campus.administrator,
        "learner": campus.learner,
        "operator": Person.objects.create_superuser("operator@platform.example", name="Test operator"),
        "stranger": campus.stranger,
    }


def attempt(proposal, transition, person):
    """What the door answers; whatever it did is undone."""
    try:
        with transaction.atomic():
            transitions.perform(proposal=proposal, transition=transition, by=person, note="Because.")
            transaction.set_rollback(True)
    except PermissionDenied:
        return "forbidden"
    except Refused as refused:
        told = refused.reasons and all(reason.text for reason in refused.reasons)
        return "refused" if told else "refused without a reason"
    return "allowed"


def expected(line, transition, role):
    pack, _reach, _state = LINES[line]
    if role in ALLOWED[line].get(transition, ()):
        return "allowed"
    hidden = line == "draft" and role != "proposer"
    if transition in NOBODYS | BY_ITSELF_IN[pack]:
        return "refused" if role in SEE_IT and not hidden else "forbidden"
    return "refused" if role in ROLES_OF[transition] and not hidden else "forbidden"


@pytest.mark.parametrize("line", LINES)
def test_every_move_of_every_role(line, campus):
    slug, reach, state = LINES[line]
    at = campus(slug)
    people = cast(at)
    proposal = reach(at)
    assert proposal.state == state
    found = {
        (move, role): attempt(proposal, move, person)
        for move in TRANSITIONS
        for role, person in people.items()
    }
    wanted = {(move, role): expected(line, move, role) for move in TRANSITIONS for role in people}
    assert {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]} == {}
    assert fresh(proposal).state == state
    for role, person in people.items():  # what the buttons say is what the door does
        possible = [move for move in TRANSITIONS if wanted[move, role] == "allowed"]
        greyed = [move for move in TRANSITIONS if wanted[move, role] == "refused"]
        assert (role, moves.available(proposal, person)) == (role, possible)
        assert (role, [move for move, _reasons in moves.blocked(proposal, person)]) == (role, greyed)


def test_the_matrix_has_every_state_and_every_transition():
    assert {state for _pack, _reach, state in LINES.values()} == set(State.values)
    assert set(ROLES_OF) | NOBODYS == set(TRANSITIONS)
    assert set(ALLOWED) == set(LINES)


# --- acts beside the moves --------------------------------------------------------------------------
# Where the office can add a step for one proposal; elsewhere it is told why not, and nobody else may anywhere.
ADDS_IN = {
    "intent",
    "intent with an officer",
    "proposal",
    "committee_review",
    "unit_approval",
    "full_approval",
}
# The last answer of one person on each line: who gave it, and what becomes of taking it back at once.
LAST_ANSWER = {
    "draft": None,
    "intent": None,
    "intent with an officer": ("programme_manager", "allowed"),
    "proposal": ("programme_manager", "refused"),  # it is being written on
    "committee_review": ("programme_manager", "refused"),  # what follows was acted on, here and below
    "unit_approval": ("programme_manager", "refused"),
    "pilot": ("section_head", "refused"),  # the credential was approved with it
    "full_approval": ("section_head", "refused"),
    "established": ("office_holder", "refused"),
    "changes_requested": ("programme_manager", "refused"),
    "on_hold": ("programme_manager", "refused"),
    "declined": ("programme_manager", "refused"),
    "withdrawn": ("programme_manager", "refused"),
    "lapsed": ("section_head", "refused"),
    "retired": ("office_holder", "refused"),
}


# Where its proposers write; elsewhere they are told why not, and nobody else may anywhere.
WRITTEN_IN = {"draft", "proposal", "pilot", "changes_requested"}


def answered(act):
    """What an action answers; whatever it did is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except PermissionDenied:
        return "forbidden"
    except Refused as refused:
        told = refused.reasons and all(reason.text for reason in refused.reasons)
        return "refused" if told else "refused without a reason"
    return "allowed"


@pytest.mark.parametrize("line", LINES)
def test_writing_adding_a_step_and_undoing_one_for_every_role(line, campus):
    slug, reach, _state = LINES[line]
    at = campus(slug)
    people = cast(at)
    proposal = reach(at)
    kinds = ("consultation", "signoff", "acknowledgement")
    done = Step.objects.filter(proposal=proposal, kind__in=kinds, status="complete")
    last = done.order_by("completed_at").last()
    new = {"kind": "signoff", "title": "The library", "reason": "Journals."}
    found, wanted = {}, {}
    for role, person in people.items():
        found["write", role] = answered(
            lambda who=person: drafting.write(proposal=proposal, answers={}, seen={}, by=who)
        )
        writes = "allowed" if line in WRITTEN_IN else "refused"
        wanted["write", role] = writes if role == "proposer" else "forbidden"
        found["add_step", role] = answered(
            lambda who=person: adhoc.add(proposal=proposal, by=who, person=at.untrained_issuer, **new)
        )
        office = role in OFFICE and line != "draft"
        wanted["add_step", role] = ("allowed" if line in ADDS_IN else "refused") if office else "forbidden"
        if last is not None:
            found["undo", role] = answered(lambda who=person: undoing.undo(step=last, by=who))
            who, what = LAST_ANSWER[line]
            wanted["undo", role] = what if role == who else "forbidden"
    assert (last is None) == (LAST_ANSWER[line] is None)
    assert {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]} == {}


@pytest.mark.parametrize("line", [line for line in LINES if line in ADDS_IN])
def test_taking_an_added_step_away_for_every_role(line, campus):
    slug, reach, _state = LINES[line]
    at = campus(slug)
    people = cast(at)
    proposal = reach(at)
    step = adhoc.add(
        proposal=proposal,
        kind="signoff",
        title="The library",
        reason="Journals.",
        person=at.untrained_issuer,
        by=at.programme_manager,
    )
    for role, person in people.items():
        found = answered(lambda who=person: adhoc.cancel(step=step, by=who, reason="Not needed."))
        assert (role, found) == (role, "allowed" if role in OFFICE else "forbidden")
