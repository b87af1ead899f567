"""State × act × role for everything that is done to a ballot: what is allowed is written out by hand, nothing else is.

First every triple through the actions, then each act through its page in the dashboard and through the API. (Moves of
the proposal, added steps and undoing: tests/proposals/test_matrix.py; comments and views: test_talk_matrix.py.)
"""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Delegation, Person, RoleGrant
from proposals.actions import adhoc, transitions
from reviews.actions import ballots, reconsidering, rescinding, stopping
from reviews.models import Ballot
from tests.factories import LONG_AGO
from tests.proposals.packs import ruled
from tests.proposals.test_matrix import answered
from tests.proposals.walking import fresh
from tests.reviews.support import cast, close, committee_ballot, hold, voters
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db

VOTERS = {
    "chair",
    "member",
    "loser",
    "idle",
}  # two voted for what was decided, one against it, one not at all
WON = {"chair", "member"}
CHAIR = {"chair"}
OFFICE = {"programme_manager", "designee"}
CONVENES = CHAIR | OFFICE
# Whose act it is: refused with reasons where it is not allowed now. To everybody else it is forbidden in every state.
RIGHT = {
    "vote": VOTERS | {"proposer"},  # a proposer is told why, in every state
    "recuse": VOTERS,
    "rule": CHAIR,
    "close": CHAIR,
    "extend": CHAIR,
    "stop": CHAIR,
    "hold again": CONVENES,
    "cancel": OFFICE,
    "reconsider": VOTERS,
    "rescind": VOTERS,
    "vote on rescinding": CONVENES,
}
ALLOWED = {
    "open": {
        "vote": VOTERS, "recuse": VOTERS, "rule": CHAIR, "close": CHAIR, "extend": CHAIR, "stop": CHAIR, "cancel": OFFICE,
    },
    "decided": {"reconsider": WON, "rescind": VOTERS},
    "moved to rescind": {"reconsider": WON, "vote on rescinding": CONVENES},
    "stopped": {"hold again": CONVENES},
    "no quorum": {"hold again": CONVENES},
    "on hold": {},
    "withdrawn": {},
}  # fmt: skip


def acts(ballot):
    """Each act on this ballot, as one does it."""
    step = ballot.step
    line = ballot.roll.order_by("pk").last().pk
    until = (ballot.closes_at + dt.timedelta(days=7)).date()
    return {
        "vote": lambda by: ballots.vote(ballot=ballot, choice="abstain", by=by),
        "recuse": lambda by: ballots.recuse(ballot=ballot, by=by),
        "rule": lambda by: ballots.rule_recusal(ballot=ballot, line=line, reason="A sister.", by=by),
        "close": lambda by: ballots.close(ballot=ballot, by=by),
        "extend": lambda by: ballots.extend(ballot=ballot, until=until, by=by),
        "stop": lambda by: stopping.stop(ballot=ballot, reason="Because.", by=by),
        "hold again": lambda by: ballots.rerun(step=step, by=by),
        "cancel": lambda by: adhoc.cancel(step=step, reason="Because.", by=by),
        "reconsider": lambda by: reconsidering.reconsider(ballot=ballot, reason="Because.", by=by),
        "rescind": lambda by: rescinding.move(ballot=ballot, reason="Because.", by=by),
        "vote on rescinding": lambda by: rescinding.open_vote(ballot=ballot, by=by),
    }


@pytest.fixture
def at(model):
    """The model university, whose committee may reconsider within a week."""
    return ruled(model, lambda data: data["bodies"][0]["rule"].update(reconsider_days=7))


def cast_of(at):
    manager = RoleGrant.objects.get(institution=at.institution, role="programme_manager")
    Delegation.objects.create(
        principal=at.programme_manager, delegate=at.untrained_issuer, grant=manager, starts_on=LONG_AGO
    )
    chair = at.chair("committee")
    member, loser, _also, idle = at.members("committee")
    named = (
        "proposer",
        "second_proposer",
        "programme_manager",
        "administrator",
        "supervisor",
        "section_head",
    )
    return {
        "chair": chair,
        "member": member,
        "loser": loser,
        "idle": idle,
        "designee": at.untrained_issuer,
        "office_holder": at.offices["provost"],
        "operator": Person.objects.create_superuser("operator@platform.example", name="Test operator"),
        **{name: getattr(at, name) for name in (*named, "learner", "stranger")},
    }


def voted(at):
    ballot = committee_ballot(at)
    cast(ballot, "approve", "approve", "decline", "approve", "")
    return ballot


def quiet(at):
    ballot = committee_ballot(at)
    cast(ballot, "approve")
    return close(ballot)


def held(at):
    ballot = voted(at)
    hold(ballot.proposal)
    return ballot


def moved(at):
    ballot = close(voted(at))
    rescinding.move(ballot=ballot, reason="Because.", by=voters(ballot)[1])
    return ballot


def withdrawn(at):
    ballot = close(voted(at))
    transitions.perform(
        proposal=fresh(ballot.proposal), transition="withdraw", by=at.proposer, note="Because."
    )
    return ballot


def stopped(at):
    ballot = voted(at)
    return stopping.stop(ballot=ballot, reason="Because.", by=voters(ballot)[0])


LINES = {
    "open": voted,
    "decided": lambda at: close(voted(at)),
    "moved to rescind": moved,
    "stopped": stopped,
    "no quorum": quiet,
    "on hold": held,
    "withdrawn": withdrawn,
}


def who_tries(people, line, act, right, allowed):
    """Everybody while it is open. Who has no right is turned away before anybody looks at the state, so after that only
    those who have it; and one of them where the state refuses it whoever asks."""
    if line == "open":
        return list(people)
    return sorted(right[act]) if act in allowed[line] else sorted(right[act])[:1]


def test_every_act_of_every_role_on_every_ballot(at):
    people = cast_of(at)
    found, wanted = {}, {}
    for line, reach in LINES.items():
        ballot = Ballot.objects.get(pk=reach(at).pk)
        for act, do in acts(ballot).items():
            for role in who_tries(people, line, act, RIGHT, ALLOWED):
                key, person = (line, act, role), people[role]
                found[key] = answered(lambda do=do, person=person: do(person))
                refused = "refused" if role in RIGHT[act] else "forbidden"
                wanted[key] = "allowed" if role in ALLOWED[line].get(act, ()) else refused
    assert {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]} == {}
    assert set(LINES) == set(ALLOWED)


# --- through the doors ------------------------------------------------------------------------------
# On which line the act is allowed; its page with what is sent; its place in the API with what is sent.
DOORS = {
    "vote": ("open", "ballot_vote", {"choice": "abstain"}, "ballots/{b}/vote/", {"choice": "abstain"}),
    "recuse": ("open", "ballot_recuse", {"reason": ""}, "ballots/{b}/vote/", {"choice": "recuse"}),
    "rule": ("open", "ballot_rule", {"reason": "A"}, "ballots/{b}/recuse/", {"line": "{line}", "reason": "A"}),
    "close": ("open", "ballot_close", {"note": ""}, "ballots/{b}/close/", {}),
    "extend": ("open", "ballot_extend", {"until": "{until}"}, "ballots/{b}/extend/", {"until": "{until}"}),
    "stop": ("open", "ballot_stop", {"reason": "A"}, "ballots/{b}/stop/", {"reason": "A"}),
    "hold again": ("stopped", "ballot_rerun", {}, "steps/{s}/vote/", {}),
    "cancel": ("open", "step_cancel", {"reason": "A"}, "steps/{s}/cancel/", {"reason": "A"}),
    "reconsider": ("decided", "ballot_reconsider", {"reason": "A"}, "ballots/{b}/reconsider/", {"reason": "A"}),
    "rescind": ("decided", "ballot_rescind", {"reason": "A"}, "ballots/{b}/rescind/", {"reason": "A"}),
    "vote on rescinding": ("moved to rescind", "ballot_rescind_vote", {}, "ballots/{b}/rescind/vote/", {}),
}  # fmt: skip
# Who may, one who sees the ballot and has no right to the act, one who does not learn that there is a ballot.
TRIES = ("chair", "designee", "administrator", "stranger")


def filled(data, ballot):
    facts = {
        "line": ballot.roll.order_by("pk").last().pk,
        "until": f"{ballot.closes_at + dt.timedelta(days=7):%F}",
    }
    return {name: value.format(**facts) for name, value in data.items()}


def page_of(name, ballot):
    args = [ballot.step_id if name in ("ballot_rerun", "step_cancel") else ballot.pk]
    return reverse(
        name, args=[*args, ballot.roll.order_by("pk").last().pk] if name == "ballot_rule" else args
    )


def tried(ask, address, data=None):
    """What a door answers; whatever it did is undone."""
    with transaction.atomic():
        status = ask(address, data).status_code
        transaction.set_rollback(True)
    return {302: 200, 405: 200}.get(status, status)


def status_of(act, line, role):
    if role in ALLOWED[line].get(act, ()):
        return 200
    if role in RIGHT[act]:
        return 409
    return 404 if role == "stranger" else 403


def test_every_act_through_its_page_and_the_api(at):
    people = cast_of(at)
    clients = {role: (site_for(people[role]), api_for(people[role])) for role in TRIES}
    lines = {"on hold", *(door[0] for door in DOORS.values())}
    reached = {line: Ballot.objects.get(pk=LINES[line](at).pk) for line in lines}
    found, wanted = {}, {}
    for act, (line, name, sent, path, given) in DOORS.items():
        may = sorted(ALLOWED[line][act])
        for where, role, doors in (
            (line, may[0], ("page", "API")),
            (line, "stranger", ("page", "API")),
            (line, "administrator", ("API",)),
            ("on hold", may[0], ("page",)),
        ):
            ballot, (site, api) = reached[where], clients[role]
            for door in doors:
                ask, data = (site.post, sent) if door == "page" else (api.post, given)
                at_door = page_of(name, ballot) if door == "page" else f"/api/v1/{path}"
                key = (act, where, role, door)
                found[key] = tried(ask, at_door.format(b=ballot.pk, s=ballot.step_id), filled(data, ballot))
                wanted[key] = status_of(act, where, role)
        found[act] = tried(clients[may[0]][0].get, page_of(name, reached[line]))
        wanted[act] = 200
    assert {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]} == {}
    assert set(DOORS) == set(RIGHT)
