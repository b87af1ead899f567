"""What is offered without credit moves to credit: with an academic unit and UM Online as partners (UM-7)."""

import copy

import pytest

from credentials.models import Standing
from policies.reasons import Refused
from policies.schema import Pack
from proposals.actions import proposals
from proposals.models import Proposal
from tests.policies.examples import MONTANA, changed
from tests.proposals import walking
from tests.proposals.walking import attach, finish, fresh, move, save
from tests.support import api_for, site_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("UM-7")]

FREE = changed(
    changed(changed(MONTANA, "offering.credit", "noncredit"), "offering.credits", 0),
    "offering.stacks_into",
    None,
)
FREE = changed(
    FREE, "outcomes.outcomes", [{**MONTANA["outcomes"]["outcomes"][0], "track": "noncredit_badge"}]
)
FOR_CREDIT = {name: MONTANA["offering"][name] for name in ("credit", "credits", "stacks_into")}


@pytest.fixture
def montana(campus):
    """A pilot without credit, of a unit that is a department."""
    at = campus("montana")
    at.unit.kind = "department"
    at.unit.save(update_fields=["kind"])
    draft = walking.start(at, FREE, type="badge", proposers=[at.second_proposer])
    attach(draft, at.proposer)
    move(draft, "submit", at.proposer)
    for key in SIGNED:
        finish(at, draft, key)
    at.pilot = fresh(draft)
    return at


SIGNED = ("supervisor_signoff", "section_head_signoff", "um_online_signoff")


def begin(at, **changes):
    return proposals.start(
        **{
            "institution": at.institution, "unit": at.unit, "type": "badge_and_notation", "kind": "move_to_credit",
            "definition": at.pilot.definition, "proposers": [at.second_proposer], "by": at.proposer,
        }
        | changes
    )  # fmt: skip


def text(answer):
    return " ".join(answer.content.decode().split())


def begun_by_its_page(at):
    """A move that a proposer began in the browser, after one that was refused."""
    site = site_for(at.proposer)
    address = f"/proposals/start/{at.institution.slug}/{at.pilot.definition_id}/"
    assert address in site.get(at.pilot.get_absolute_url()).content.decode()
    assert "Its move to credit" in text(site.get(f"{address}?kind=move_to_credit"))
    typed = {
        "kind": "move_to_credit",
        "unit": at.unit.pk,
        "type": "badge",
        "proposers": at.second_proposer.email,
    }
    refused = site.post(address, typed)
    assert refused.status_code == 409
    assert "What bears credit is noted on the transcript" in text(refused)
    assert site.post(address, {**typed, "type": "badge_and_notation"}).status_code == 302
    moving = Proposal.objects.get(kind="move_to_credit")
    assert "Partners in it: Department of Trials and UM Online." in text(site.get(moving.get_absolute_url()))
    assert moving.documents.get().answers["offering"]["summary"] == MONTANA["offering"]["summary"]
    return moving


def test_a_pilot_moves_to_credit_by_its_pages_and_its_partners_sign(montana):
    at, moving = montana, begun_by_its_page(montana)
    attach(moving, at.proposer)
    with pytest.raises(Refused, match="by this answer it bears none"):
        move(moving, "submit", at.proposer)
    credit_outcomes = {"outcomes": MONTANA["outcomes"]["outcomes"]}
    save(moving, {"offering": FOR_CREDIT, "outcomes": credit_outcomes}, at.proposer)
    move(moving, "submit", at.proposer)
    for key in SIGNED[:-1]:
        finish(at, moving, key)
        assert not fresh(
            moving
        ).definition.current.for_credit  # UM Online is a partner: without it nothing moves
    finish(at, moving, SIGNED[-1])
    moved = fresh(moving).definition
    assert (fresh(moving).state, moved.standing, moved.type) == (
        "established",
        Standing.PILOT,
        "badge_and_notation",
    )
    assert (moved.current.number, moved.current.for_credit, moved.current.notation) == (2, True, True)
    assert [link["body"] for link in moved.current.approvals][-1] == "UM Online"
    pilot = fresh(at.pilot)
    full = pilot.documents.get(form="full_proposal").answers["offering"]
    assert (pilot.state, pilot.type, full["credit"], full["credits"]) == (
        "pilot",
        "badge_and_notation",
        "credit",
        3,
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"type": "badge"}, "What bears credit is noted on the transcript"),
        ({"unit": "office"}, "An academic unit is a partner in it (college, school, department, programme)"),
        ({"twice": True}, "A move of it to credit is under way already."),
        ({"standing": Standing.LAPSED}, "Only what is offered now can move to credit."),
        ({"credit": True}, "bears credit already"),
    ],
)
def test_a_move_to_credit_that_cannot_be_is_refused_in_words(montana, changes, says):
    at, given = montana, dict(changes)
    definition = at.pilot.definition
    if given.pop("twice", None):
        begin(at)
    if given.get("unit"):
        given["unit"] = at.institution.units.create(name="Parking", kind="office")
        at.proposer.grants.update(unit=None)
    if standing := given.pop("standing", None):
        definition.standing = standing
        definition.save(update_fields=["standing"])
    if given.pop("credit", None):
        other = walking.montana_pilot(at)
        given["definition"] = other.definition
    with pytest.raises(Refused) as refused:
        begin(at, **given)
    assert any(says in reason.text for reason in refused.value.reasons), refused.value.reasons
    assert "UM-7" in [reason.clause for reason in refused.value.reasons] or "type" in changes
    sent = api_for(at.proposer).post(
        "/api/v1/proposals/",
        {
            "institution": at.institution.slug, "unit": str(given.get("unit", at.unit).pk), "kind": "move_to_credit",
            "type": given.get("type", "badge_and_notation"), "definition": str(given.get("definition", definition).pk),
            "proposers": [at.second_proposer.email],
        },
        format="json",
    )  # fmt: skip
    assert sent.status_code in (404, 409), sent.content


def test_the_full_proposal_waits_for_a_move_that_is_under_way(montana):
    at = montana
    begin(at)
    save(at.pilot, walking.MONTANA_FULL, at.proposer)
    with pytest.raises(Refused, match="A move of this credential to credit is under way"):
        move(at.pilot, "file_full_proposal", at.proposer)


def test_nobody_but_a_proposer_of_the_campus_begins_one(montana):
    at = montana
    address = f"/proposals/start/{at.institution.slug}/{at.pilot.definition_id}/"
    for person, status in ((at.supervisor, 403), (at.learner, 403), (at.stranger, 403)):
        assert site_for(person).get(address).status_code == status
    assert (
        site_for(at.proposer).get(address[:-37] + "00000000-0000-4000-8000-000000000000/").status_code == 404
    )


def test_a_pack_whose_partner_signs_nothing_is_refused(montana):
    data = copy.deepcopy(montana.pack.model_dump(mode="json"))
    data["transcript"]["later_credit"]["partners"] = ["office:senate_office"]
    with pytest.raises(ValueError, match="signs no step before the pilot"):
        Pack.model_validate(data)
