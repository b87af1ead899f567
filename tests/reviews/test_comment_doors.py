"""Comments through the pages and over HTTP: what each person finds, and that a body's own words go nowhere else."""

import pytest
from django.urls import reverse

from proposals.models import Proposal
from reviews.models import Comment, CommentVersion
from tests.reviews.support import at_step, cast, voters
from tests.reviews.talking import SECRET, ballot_with, concern, field_of, say, signed_step
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db


def text_of(person, address, status=200):
    answer = site_for(person).get(address)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def pages_of(proposal):
    return (
        proposal.get_absolute_url(),
        reverse("proposal_revision", args=[proposal.pk, 1]),
        reverse("discussion", args=[proposal.pk]),
        "/",
        "/notices/",
        "/search/?q=Between",
    )


# --- a body's own words --------------------------------------------------------------------------
def test_words_within_the_body_reach_no_proposer_by_any_door(model):
    ballot, member, chair = ballot_with(model)
    made = concern(ballot, member, visibility="body", text=SECRET)
    say(ballot.proposal, chair, "Between us: nobody.", parent=made)
    for address in pages_of(ballot.proposal):
        assert "Between us" not in text_of(model.proposer, address)
        assert str(made.pk) not in text_of(model.proposer, address)
    for act in ("", "edit/", "withdraw/", "settle/"):
        assert site_for(model.proposer).get(f"/comments/{made.pk}/{act}").status_code == 404
        assert site_for(model.proposer).post(f"/comments/{made.pk}/{act}", {"text": "x"}).status_code == 404
    api = api_for(model.proposer)
    address = f"/api/v1/proposals/{ballot.proposal_id}/"
    assert api.get(f"{address}comments/").json()["count"] == 0
    assert "Between us" not in api.get(address).content.decode()
    assert api.get(f"/api/v1/comments/{made.pk}/").status_code == 404
    assert api.patch(f"/api/v1/comments/{made.pk}/", {"text": "x"}, format="json").status_code == 404
    reply = {"text": "x", "parent": str(made.pk)}
    assert api.post(f"{address}comments/", reply, format="json").status_code == 404


def test_words_within_the_body_are_on_the_ballot_for_its_members(model):
    ballot, member, chair = ballot_with(model)
    say(ballot.proposal, member, SECRET, "body")
    page = text_of(chair, f"/admin/ballots/{ballot.pk}/")
    assert SECRET in page
    assert "For the body only" in page


@pytest.mark.parametrize("role", ["stranger", "nobody", "learner"])
def test_strangers_find_no_page(model, role):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member, visibility="everyone")
    person = getattr(model, role)
    for address in (
        f"/comments/{made.pk}/",
        f"/comments/on/{ballot.proposal_id}/",
        f"/comments/on/{ballot.proposal_id}/new/",
        f"/views-asked/on/{ballot.proposal_id}/",
    ):
        assert site_for(person).get(address).status_code == 404
    assert api_for(person).get(f"/api/v1/proposals/{ballot.proposal_id}/comments/").status_code == 404
    assert api_for(person).get(f"/api/v1/comments/{made.pk}/").status_code == 404


# --- pages ---------------------------------------------------------------------------------------
def test_comment_is_written_on_a_question_and_stands_beside_it(model):
    ballot, member, _chair = ballot_with(model)
    address = f"/comments/on/{ballot.proposal_id}/new/?field={field_of(model)}"
    label = model.pack.form("proposal").fields_by_path()[field_of(model)].label
    assert f"About “{label}”" in text_of(member, address)
    data = {"text": "<b>Bold</b> & brief", "visibility": "proposers", "concern": "on"}
    assert site_for(member).post(address, data).status_code == 302
    made = Comment.objects.get()
    assert (made.field, made.concern, made.text) == (field_of(model), True, "<b>Bold</b> & brief")
    page = text_of(model.proposer, ballot.proposal.get_absolute_url())
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; brief" in page
    assert "1 comment, 1 concern open" in page
    assert "What is open" in page


def test_too_long_a_comment_is_refused_with_the_typed_text_kept(model):
    ballot, member, _chair = ballot_with(model)
    address = f"/comments/on/{ballot.proposal_id}/new/"
    answer = site_for(member).post(address, {"text": "y" * 100_000, "visibility": "body"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A comment has at most 20,000 characters; this one has 100,000." in page
    assert "y" * 100_000 in page
    assert not Comment.objects.exists()


def test_lines_of_a_browser_count_once(model):
    ballot, member, _chair = ballot_with(model)
    address = f"/comments/on/{ballot.proposal_id}/new/"
    text = "a\r\n" * 9_999 + "ab"
    assert site_for(member).post(address, {"text": text, "visibility": "body"}).status_code == 302
    assert len(CommentVersion.objects.get().text) == 20_000


def test_proposer_answers_on_the_page_from_the_queue_at_home(model):
    ballot, member, _chair = ballot_with(model)
    made = concern(ballot, member)
    home = text_of(model.proposer, "/")
    assert "Concerns to answer" in home
    assert f"/comments/{made.pk}/" in home
    assert "Answer it in writing" in text_of(model.proposer, f"/comments/{made.pk}/")
    assert site_for(model.proposer).post(f"/comments/{made.pk}/", {"text": "Two."}).status_code == 302
    assert "Concerns to answer" not in text_of(model.proposer, "/")
    assert "Concern, answered" in text_of(member, f"/comments/{made.pk}/")


def test_changed_and_withdrawn_words_stay_readable(model):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member, "First thought")
    site = site_for(member)
    assert site.post(f"/comments/{made.pk}/edit/", {"text": "Second thought"}).status_code == 302
    page = text_of(model.proposer, f"/comments/{made.pk}/")
    assert "First thought" in page
    assert "Edited" in page
    assert site.get(f"/comments/{made.pk}/withdraw/").status_code == 200
    assert site.post(f"/comments/{made.pk}/withdraw/").status_code == 302
    page = text_of(model.proposer, f"/comments/{made.pk}/")
    assert "Withdrawn on" in page
    assert "Second thought" in page
    assert "Second thought" not in text_of(model.proposer, ballot.proposal.get_absolute_url())


def test_others_words_are_not_mine_to_change(model):
    ballot, member, chair = ballot_with(model)
    made = concern(ballot, member)
    for act in ("edit/", "withdraw/"):
        assert site_for(chair).post(f"/comments/{made.pk}/{act}", {"text": "x"}).status_code == 403
    assert site_for(model.proposer).post(f"/comments/{made.pk}/settle/").status_code == 403
    assert site_for(chair).post(f"/comments/{made.pk}/settle/").status_code == 302
    assert site_for(chair).post(f"/comments/{made.pk}/settle/").status_code == 409


def test_concern_keeps_closing_refused_at_page_api_and_dashboard(model):
    ballot, member, chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    made = concern(ballot, member)
    told = f"A concern of {member} waits for a written answer."
    for address in (f"/admin/ballots/{ballot.pk}/", f"/admin/ballots/{ballot.pk}/close/"):
        page = text_of(chair, address)
        assert told in page
        assert f"/comments/{made.pk}/" in page
    answer = site_for(chair).post(f"/admin/ballots/{ballot.pk}/close/", {"note": "Thank you all"})
    assert answer.status_code == 409
    assert "Thank you all" in answer.content.decode()
    over_http = api_for(chair).post(f"/api/v1/ballots/{ballot.pk}/close/")
    assert over_http.status_code == 409
    assert over_http.json()["reasons"] == [
        {"clause": "", "text": told, "field": "", "url": f"/comments/{made.pk}/"}
    ]
    assert "waits for an answer before it can close" in text_of(chair, "/admin/")
    assert Proposal.objects.get().state == "committee_review"


def test_concern_keeps_a_signature_refused_at_page_and_api(model):
    step = signed_step(model)
    made = say(step.proposal, model.section_head, "Who pays?", concern=True)
    page = text_of(model.section_head, f"/admin/steps/{step.pk}/")
    assert "waits for a written answer" in page
    assert f"/comments/{made.pk}/" in page
    data = {"outcome": "approve"}
    assert site_for(model.section_head).post(f"/admin/steps/{step.pk}/complete/", data).status_code == 409
    answer = api_for(model.section_head).post(f"/api/v1/steps/{step.pk}/complete/", data)
    assert answer.status_code == 409
    assert answer.json()["reasons"][0]["url"] == f"/comments/{made.pk}/"


def test_draft_has_no_comments_yet(model):
    ballot, _member, _chair = ballot_with(model)
    Proposal.objects.update(submitted_at=None)
    page = text_of(model.proposer, f"/comments/on/{ballot.proposal_id}/new/")
    assert "Comments begin once the proposal has been submitted." in page


# --- over HTTP -----------------------------------------------------------------------------------
def test_comments_over_http(model):
    ballot, member, chair = ballot_with(model)
    address = f"/api/v1/proposals/{ballot.proposal_id}/comments/"
    body = {"field": field_of(model), "text": "Who assesses?", "visibility": "proposers", "concern": True}
    made = api_for(member).post(address, body, format="json")
    assert made.status_code == 201
    shown = made.json()
    expected = {
        "proposal": str(ballot.proposal_id), "revision": 1, "field": field_of(model), "parent": None,
        "author": member.name, "body": "committee", "visibility": "proposers", "concern": True, "answers": False,
        "text": "Who assesses?", "edited_at": None, "withdrawn_at": None, "settled_at": None, "settled_by": None,
    }  # fmt: skip
    assert {name: shown[name] for name in expected} == expected
    one = f"/api/v1/comments/{shown['id']}/"
    assert api_for(member).get(f"{address}?open=1").json()["count"] == 1
    reply = api_for(model.proposer).post(address, {"text": "Two.", "parent": shown["id"]}, format="json")
    assert (reply.status_code, reply.json()["answers"], reply.json()["visibility"]) == (
        201,
        True,
        "proposers",
    )
    assert api_for(member).get(f"{address}?open=1").json()["count"] == 0
    assert api_for(member).get(f"{address}?field={field_of(model)}").json()["count"] == 2
    changed = api_for(member).patch(one, {"text": "Who assesses it?"}, format="json").json()
    assert [row["text"] for row in changed["versions"]] == ["Who assesses?", "Who assesses it?"]
    assert api_for(chair).patch(one, {"text": "Mine"}, format="json").status_code == 403
    assert api_for(model.proposer).post(f"{one}settle/").status_code == 403
    assert api_for(chair).post(f"{one}settle/").json()["settled_by"] == chair.name
    assert api_for(member).post(f"{one}withdraw/").json()["withdrawn_at"]
    assert api_for(member).post(f"{one}withdraw/").status_code == 409


def test_too_long_a_comment_over_http_is_refused(model):
    ballot, member, _chair = ballot_with(model)
    address = f"/api/v1/proposals/{ballot.proposal_id}/comments/"
    answer = api_for(member).post(address, {"text": "z" * 100_000, "visibility": "body"}, format="json")
    assert (answer.status_code, answer.json()["reasons"][0]["field"]) == (409, "text")


def test_document_shows_open_concerns_and_the_latest_threads_and_leads_to_the_others(model):
    ballot, member, chair = ballot_with(model)
    concern(ballot, member, text="Who pays for it?")
    threads = [say(ballot.proposal, chair, f"Thread {n}.", field=field_of(model)) for n in range(12)]
    page = text_of(model.proposer, ballot.proposal.get_absolute_url())
    everything = reverse("discussion", args=[ballot.proposal_id])
    shown = [n for n in range(12) if f"Thread {n}." in page]
    assert (shown, "Who pays for it?" in page) == ([*range(2, 12)], True)
    assert f'<a href="{everything}#comment-{threads[0].pk}">Read the 2 other comments<' in page
    whole = text_of(model.proposer, everything)
    assert all(f'id="comment-{thread.pk}"' in whole for thread in threads)
    say(ballot.proposal, chair, "Once more.", parent=threads[0])
    page = text_of(model.proposer, ballot.proposal.get_absolute_url())
    assert ("Thread 0." in page, "Thread 2." in page) == (True, False)


# --- cost ----------------------------------------------------------------------------------------
def many(ballot, people, number, field):
    """So many comments, in threads of two, on the field and on the whole, some changed; as rows."""
    for n in range(0, number, 2):
        path = field if n % 4 else ""
        first = say(ballot.proposal, people[n % len(people)], f"Comment {n}", field=path, concern=n % 10 == 0)
        say(ballot.proposal, people[(n + 1) % len(people)], f"Reply {n}", parent=first)


def test_pages_and_lists_cost_the_same_for_5_and_33_comments(model):
    ballot, member, chair = ballot_with(model)
    people = voters(ballot)[:4]
    say(ballot.proposal, member, field=field_of(model))
    for person in people:
        concern(ballot, person, field=field_of(model))
    places = [
        (model.proposer, ballot.proposal.get_absolute_url()),
        (model.proposer, f"/proposals/{ballot.proposal_id}/revisions/1/"),
        (model.proposer, f"/comments/on/{ballot.proposal_id}/"),
        (model.proposer, "/"),
        (chair, f"/admin/ballots/{ballot.pk}/"),
        (chair, "/admin/"),
    ]
    before = [queries_of(site_for(person), address) for person, address in places]
    api = f"/api/v1/proposals/{ballot.proposal_id}/comments/?page_size=500"
    before.append(queries_of(api_for(member), api))
    many(ballot, people, 28, field_of(model))
    assert Comment.objects.count() == 33
    after = [queries_of(site_for(person), address) for person, address in places]
    after.append(queries_of(api_for(member), api))
    assert after == before


def test_step_page_costs_the_same_for_1_and_30_comments(model):
    step = at_step(model, "dean_signoff")
    say(step.proposal, model.section_head, concern=True)
    address = f"/admin/steps/{step.pk}/"
    before = queries_of(site_for(model.section_head), address)
    for n in range(29):
        say(step.proposal, model.section_head, f"Comment {n}", concern=True)
    assert queries_of(site_for(model.section_head), address) == before
