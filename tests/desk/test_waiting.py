"""What waits for whom and who waits for what, of every kind, on the home page and on the dashboard's front page."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Delegation
from credentials.models import Definition
from desk.dashboard import queue
from desk.views.home import own_page
from desk.views.waiting import LISTS
from desk.work.standing import Standing
from proposals.actions import adhoc
from proposals.models import Proposal
from reviews.actions import alternates, ballots, conditions, signoffs, views
from reviews.models import Condition
from tests.credentials.support import definition
from tests.proposals.packs import ruled
from tests.reviews.support import at_step, committee_ballot, voters
from tests.reviews.talking import concern
from tests.reviews.test_conditions import approved
from tests.support import site_for

pytestmark = pytest.mark.django_db


def shown(person):
    """(what stands on the home page, on the dashboard): {heading: [(title, text, facts)]}."""
    home = own_page(Standing(person))
    elsewhere = [item for part in home["elsewhere"] for item in part]
    groups = [*home["waiting"], ("What you wait for", elsewhere)]
    parts = [(part.title, whole(part, person)) for part in queue(Standing(person))]
    return [
        {title: [(i.title, i.text, i.facts) for i in items] for title, items in found}
        for found in (groups, parts)
    ]


def whole(part, person):
    """The items of a part, also of one that is fetched when the page stands."""
    fetched = [
        make for name, (_title, make) in LISTS.items() if part.later == reverse("waiting", args=[name])
    ]
    return fetched[0](Standing(person)) if fetched else part.items


def texts(person, heading):
    """The texts under a heading on both pages, which say the same."""
    home, dashboard = shown(person)
    assert home.get(heading, []) == dashboard.get(heading, [])
    return [text for _title, text, _facts in home.get(heading, [])]


def test_concerns_and_views_stand_with_who_answers_and_with_who_asked(campus):
    at = campus("model")
    ballot = committee_ballot(at)
    chair, registrar, member = voters(ballot)[:3]
    concern(ballot, member)
    concern(ballot, registrar, visibility="body")
    views.ask(proposal=ballot.proposal, unit=at.college, by=at.programme_manager, required=True)
    raised = "raised a concern. Answer it in writing: the next decision waits for it."
    assert texts(at.proposer, "Concerns to answer") == [f"{member} {raised}"]
    assert texts(member, "Concerns to answer") == [f"{registrar} {raised}"]
    assert texts(registrar, "Concerns to answer") == []
    assert texts(chair, "Concerns to answer") == [f"{registrar} {raised}"]
    assert texts(member, "What you wait for") == ["Your concern waits for a written answer."]
    asked = f"{at.programme_manager} asks for the view of {at.college}."
    assert texts(at.section_head, "Views asked of your unit") == [asked]
    waits = f"{at.college} has not given the view that you asked for."
    assert texts(at.programme_manager, "What you wait for") == [waits]
    for person in (at.supervisor, at.stranger, at.learner):
        assert texts(person, "Concerns to answer") == texts(person, "What you wait for") == []


def test_conditions_stand_with_who_meets_and_with_who_accepts_them(campus):
    at, by = campus("model"), "the Micro-credential Committee"
    ballot = approved(at, "Fewer hours.", "Add a rubric.", due_on=dt.date(2099, 1, 31))
    first, _second = Condition.objects.all()
    heading = "Conditions to meet or to accept"
    assert texts(at.proposer, heading) == [
        f"Meet a condition of {by}: {t}" for t in ("Fewer hours.", "Add a rubric.")
    ]
    conditions.meet(condition=first, note="Done", by=at.proposer)
    assert texts(at.proposer, heading) == [f"Meet a condition of {by}: Add a rubric."]
    elsewhere = [text for _t, text, _f in shown(at.proposer)[0]["What you wait for"]]
    assert f"A condition waits for {by} to accept it: Fewer hours." in elsewhere
    for person in (at.chair("committee"), at.programme_manager):
        assert texts(person, heading) == [f"Accept a condition of {by} as met, or send it back: Fewer hours."]
        assert texts(person, "What you wait for") == [
            f"The proposers have to meet a condition of {by}: Add a rubric."
        ]
    for person in (voters(ballot)[1], at.section_head, at.stranger):
        assert texts(person, heading) == []
    late = shown(at.programme_manager)[1]["Late or due soon"]
    assert [text for _title, text, _facts in late if "condition" in text] == []  # due in many years
    Condition.objects.filter(state="open").update(due_on=dt.date(2020, 1, 31))
    late = shown(at.programme_manager)[1]["Late or due soon"]
    assert [text for _title, text, _facts in late if "condition" in text] == [
        f"With the proposers: Meeting a condition of {by}."
    ]


def test_votes_and_signatures_say_for_whom(campus):
    def change(data):
        body = next(body for body in data["bodies"] if body["id"] == "committee")
        next(seat for seat in body["seats"] if seat["id"] == "faculty")["alternates"] = True

    at = ruled(campus("model"), change)
    ballot, step = committee_ballot(at), at_step(at, "dean_signoff", title="Second trial")
    member = next(seat.person for seat in ballot.roll.all() if seat.seat == "faculty")
    today = at.institution.today()
    ends = today + dt.timedelta(days=7)
    alternates.name(institution=at.institution, body="committee", delegate=at.nobody, by=member, ends_on=ends)
    grant = at.section_head.grants.get()
    Delegation.objects.create(grant=grant, principal=at.section_head, delegate=at.nobody, starts_on=today)
    home, dashboard = shown(at.nobody)
    assert home["To vote on"][0][2][0] == f"You vote for {member}"
    assert dashboard["Ballots that wait for you"] == home["To vote on"]
    assert dashboard["To sign or to answer"] == home["To sign or answer"]
    assert [facts for _title, _text, facts in home["To sign or answer"]] == [
        [f"You sign for {at.section_head}"]
    ]
    assert [f for _t, _x, f in shown(at.section_head)[0]["To sign or answer"]] == [[]]
    added = adhoc.add(
        proposal=Proposal.objects.get(pk=step.proposal_id), kind="consultation", title="Ask the library",
        reason="It needs books.", person=at.supervisor, by=at.programme_manager,
    )  # fmt: skip
    assert "Second trial" in [title for title, _text, _facts in shown(at.supervisor)[0]["To sign or answer"]]
    signoffs.complete(step=added, outcome="done", note="Bought.", by=at.supervisor)
    said = (
        "You recorded “Ask the library”. If that was a mistake, you can undo it while nobody has acted on it."
    )
    assert texts(at.supervisor, "Just recorded") == [said]


def test_the_chair_reads_at_home_too_who_has_not_voted(campus):
    at = campus("model")
    ballot = committee_ballot(at)
    people = voters(ballot)
    for person in people[:3]:
        ballots.vote(ballot=ballot, choice="approve", by=person)
    ((_title, text, facts),) = shown(people[0])[0]["Ballots you chair"]
    assert text == "3 members have taken part; 3 are needed. You can close it."
    assert facts == [f"Not yet: {'; '.join(str(person) for person in people[3:])}"]


def test_open_conditions_are_public_only_where_the_pack_says_so(campus):
    at = campus("model")
    for public in (False, True):
        at = ruled(at, lambda data, p=public: data["policy"].update(public_conditions=p))
        made = definition(at, title=f"Trial {public}")
        ballot = approved(at, "Add a rubric.")
        Proposal.objects.filter(pk=ballot.proposal_id).update(definition=made)
        page = Client().get(f"/catalogue/{Definition.objects.get(pk=made.pk).slug}/").content.decode()
        assert ("Add a rubric." in page) is public
        assert (
            "Add a rubric."
            in site_for(at.supervisor).get(f"/proposals/{ballot.proposal_id}/").content.decode()
        )
