"""State × act × role for conditions, comments, concerns, views of units and alternates; then their pages and their API.

What is allowed is written out by hand. Who has no right to an act is turned away whatever the state.
"""

import datetime as dt

import pytest
from django.db import transaction

from proposals.actions import transitions
from reviews.actions import alternates, comments, conditions, views
from reviews.models import Condition
from tests.proposals.packs import ruled
from tests.proposals.test_matrix import answered
from tests.proposals.walking import fresh
from tests.reviews.support import hold, voters
from tests.reviews.test_act_matrix import VOTERS, cast_of, who_tries
from tests.reviews.test_conditions import approved
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db

OFFICE = {"programme_manager", "designee"}
SETTLES = {"chair"} | OFFICE
# Whose act it is (the member wrote the comment and raised the concern; the department's college was asked).
RIGHT = {
    "name": SETTLES,
    "meet": {"proposer"},
    "accept": SETTLES,
    "send back": SETTLES,
    "waive": SETTLES,
    "edit": {"member"},
    "withdraw": {"member"},
    "settle": {"member", "chair"},
    "answer": {"section_head"},
    "take back": SETTLES,
    "name an alternate": VOTERS,  # of those here, one has a seat that knows alternates
}
ALLOWED = {
    "open": {
        "name": SETTLES, "meet": {"proposer"}, "waive": SETTLES, "edit": {"member"}, "withdraw": {"member"},
        "settle": {"member", "chair"}, "answer": {"section_head"}, "take back": SETTLES, "name an alternate": {"loser"},
    },
    # The condition is said to be met, the comment is withdrawn, the unit has answered.
    "done": {
        "name": SETTLES, "accept": SETTLES, "send back": SETTLES, "waive": SETTLES, "name an alternate": {"loser"},
    },
    "on hold": {
        "edit": {"member"}, "withdraw": {"member"}, "settle": {"member", "chair"}, "answer": {"section_head"},
        "take back": SETTLES, "name an alternate": {"loser"},
    },
    "withdrawn": {"name an alternate": {"loser"}},
}  # fmt: skip


@pytest.fixture
def at(model):
    """The model university, whose faculty may name alternates."""
    return ruled(model, lambda data: data["bodies"][0]["seats"][2].update(alternates=True))


def opened(at):
    """An approval with a condition; a member's concern about it, and the college that was asked for its view."""
    ballot = approved(at, "Name the assessor.")
    chair, member = voters(ballot)[:2]
    said = comments.add(proposal=ballot.proposal, text="Who?", visibility="everyone", concern=True, by=member)
    asked = views.ask(proposal=ballot.proposal, unit=at.college, by=chair)
    return Condition.objects.get(ballot=ballot), said, asked


def done(at):
    condition, said, asked = opened(at)
    conditions.meet(condition=condition, note="Done.", by=at.proposer)
    comments.withdraw(comment=said, by=said.author)
    views.answer(view=asked, text="Fine.", by=at.section_head)
    return condition, said, asked


def held(at):
    rows = opened(at)
    hold(rows[0].proposal)
    return rows


def withdrawn(at):
    rows = opened(at)
    proposal = fresh(rows[0].proposal)
    transitions.perform(proposal=proposal, transition="withdraw", by=at.proposer, note="Because.")
    return rows


# Roles with no right to anything here, which test_act_matrix.py tries at the ballot.
LIKE_OTHERS = {"second_proposer", "operator", "office_holder"}
LINES = {"open": opened, "done": done, "on hold": held, "withdrawn": withdrawn}


def acts(at, rows):
    """Each act, as one does it, on these rows as they now are."""
    condition, said, asked = (type(row).objects.get(pk=row.pk) for row in rows)
    until = at.institution.today() + dt.timedelta(days=3)
    return {
        "name": lambda by: conditions.name(step=condition.step, texts=["One more."], by=by),
        "meet": lambda by: conditions.meet(condition=condition, note="Done.", by=by),
        "accept": lambda by: conditions.accept(condition=condition, by=by),
        "send back": lambda by: conditions.send_back(condition=condition, reason="Why?", by=by),
        "waive": lambda by: conditions.waive(condition=condition, reason="Enough.", by=by),
        "edit": lambda by: comments.edit(comment=said, text="Who does?", by=by),
        "withdraw": lambda by: comments.withdraw(comment=said, by=by),
        "settle": lambda by: comments.settle(comment=said, by=by),
        "answer": lambda by: views.answer(view=asked, text="Fine.", by=by),
        "take back": lambda by: views.withdraw(view=asked, reason="Not needed.", by=by),
        "name an alternate": lambda by: alternates.name(
            institution=at.institution, body="committee", delegate=at.nobody, ends_on=until, by=by
        ),
    }


def test_every_act_of_every_role_on_what_is_said_and_asked(at):
    people = {role: person for role, person in cast_of(at).items() if role not in LIKE_OTHERS}
    found, wanted = {}, {}
    for line, reach in LINES.items():
        for act, do in acts(at, reach(at)).items():
            for role in who_tries(people, line, act, RIGHT, ALLOWED):
                key, person = (line, act, role), people[role]
                found[key] = answered(lambda do=do, person=person: do(person))
                told = "refused" if role in RIGHT[act] else "forbidden"
                wanted[key] = "allowed" if role in ALLOWED[line].get(act, ()) else told
    assert {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]} == {}


# Its page with what is sent, its place in the API with what is sent; {c} the condition, {s} its step, {t} the comment,
# {v} the view that was asked.
DOORS = {
    "name": ("open", "/admin/steps/{s}/conditions/", {"conditions": "More."}, "steps/{s}/conditions/", {"conditions": ["More."]}),
    "meet": ("open", "/conditions/{c}/meet/", {"note": "Done."}, "conditions/{c}/meet/", {"note": "Done."}),
    "accept": ("done", "/conditions/{c}/accept/", {"note": ""}, "conditions/{c}/accept/", {}),
    "send back": ("done", "/conditions/{c}/send-back/", {"note": "Why?"}, "conditions/{c}/send-back/", {"note": "Why?"}),
    "waive": ("open", "/conditions/{c}/waive/", {"note": "Enough."}, "conditions/{c}/waive/", {"note": "Enough."}),
    "edit": ("open", "/comments/{t}/edit/", {"text": "Who does?"}, "comments/{t}/", {"text": "Who does?"}),
    "withdraw": ("open", "/comments/{t}/withdraw/", {}, "comments/{t}/withdraw/", {}),
    "settle": ("open", "/comments/{t}/settle/", {}, "comments/{t}/settle/", {}),
    "answer": ("open", "/views-asked/{v}/", {"text": "Fine."}, "views-asked/{v}/answer/", {"text": "Fine."}),
    "take back": ("open", "/views-asked/{v}/withdraw/", {"reason": "No."}, "views-asked/{v}/withdraw/", {"reason": "No."}),
}  # fmt: skip


def tried(ask, address, data, **kwargs):
    """What a door answers; whatever it did is undone."""
    with transaction.atomic():
        status = ask(address, data, **kwargs).status_code
        transaction.set_rollback(True)
    return {302: 200, 201: 200}.get(status, status)


def test_every_act_through_its_page_and_the_api(at):
    people = cast_of(at)
    reached = {line: LINES[line](at) for line in ("open", "done", "withdrawn")}
    found, wanted = {}, {}
    for act, (line, page, sent, place, given) in DOORS.items():
        may = min(ALLOWED[line][act])
        for where, role, doors, status in (
            (line, may, ("page", "API"), 200),
            (line, "stranger", ("page", "API"), 404),
            (line, "administrator", ("API",), 403),
            ("withdrawn", may, ("page",), 409),
        ):
            condition, said, asked = reached[where]
            keys = {"c": condition.pk, "s": condition.step_id, "t": said.pk, "v": asked.pk}
            for door in doors:
                api = api_for(people[role])
                ask = (
                    site_for(people[role]).post
                    if door == "page"
                    else api.patch
                    if act == "edit"
                    else api.post
                )
                at_door, data = (page, sent) if door == "page" else (f"/api/v1/{place}", given)
                how = {} if door == "page" else {"format": "json"}
                found[act, where, role, door] = tried(ask, at_door.format(**keys), data, **how)
                wanted[act, where, role, door] = status
    assert {key: (found[key], wanted[key]) for key in found if found[key] != wanted[key]} == {}
    assert {*DOORS, "name an alternate"} == set(RIGHT)
