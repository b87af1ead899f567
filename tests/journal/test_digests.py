"""Mail as people want it: at once, once a day in the morning of the campus, once a week, or not at all."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client

from accounts.hooks import Message
from journal import choosing, clock, digests, sending
from journal.actions import mail
from journal.actions.choices import choose
from journal.models import Mail, MailChoice
from policies.reasons import Refused
from tests.support import api_for, make_campus, queries_of, site_for

EVENING = dt.datetime(2027, 3, 1, 23, 0, tzinfo=dt.UTC)  # 1 March in the afternoon in the mountains
NIGHT = dt.datetime(2027, 3, 2, 13, 59, tzinfo=dt.UTC)  # 6:59 there
MORNING = dt.datetime(2027, 3, 2, 14, 0, tzinfo=dt.UTC)  # 7:00 there


def tell(at, person, n, kind="proposal_moved"):
    context = {"title": f"Trial {n}", "sentence": "It moved.", "path": "/"}
    mail.post_many(
        messages=[Message(kind, f"{kind}:{n}:{person.pk}", person, context)], institution=at.institution
    )


def states(person):
    return sorted(Mail.objects.filter(recipient=person).values_list("kind", "state"))


def test_without_a_choice_mail_goes_out_at_once(campus):
    at = campus("montana")
    tell(at, at.proposer, 1)
    assert states(at.proposer) == [("proposal_moved", "queued")]


def test_once_a_day_comes_as_one_mail_in_the_morning(campus):
    at = campus("montana")
    choose(by=at.proposer, choices={"proposal_moved": "digest"})
    with clock.at(EVENING):
        tell(at, at.proposer, 1)
        tell(at, at.proposer, 2)
        tell(at, at.second_proposer, 3)
    with clock.at(NIGHT):
        assert digests.send_due() == 0
    with clock.at(MORNING):
        assert digests.send_due() == 1
        assert digests.send_due() == 0
        tell(at, at.proposer, 4)
        assert digests.send_due() == 0  # one a day
    assert states(at.proposer) == [
        ("digest", "queued"),
        ("proposal_moved", "bundled"),
        ("proposal_moved", "bundled"),
        ("proposal_moved", "digest"),
    ]
    digest = Mail.objects.get(kind="digest")
    assert "Trial 1: where it is now" in digest.text
    assert "Trial 2: where it is now" in digest.text
    assert "Trial 3" not in digest.text
    assert set(digest.bundled.values_list("recipient", flat=True)) == {at.proposer.pk}
    with clock.at(MORNING + dt.timedelta(days=1)):
        assert digests.send_due() == 1
    assert Mail.objects.filter(state="digest").count() == 0


def test_two_clocks_make_one_digest(transactional_db):
    at = make_campus("montana")
    choose(by=at.proposer, choices={"proposal_moved": "digest"})
    with clock.at(EVENING):
        tell(at, at.proposer, 1)
    ready, made = threading.Barrier(2), []

    def run():
        ready.wait()
        try:
            with clock.at(MORNING):
                made.append(digests.send_due())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 1]
    assert Mail.objects.filter(kind="digest").count() == 1


def test_campuses_are_not_mixed_in_one_digest(campus):
    at, other = campus("montana"), campus("model")
    choose(by=at.proposer, choices={"proposal_moved": "digest"})
    with clock.at(EVENING):
        tell(at, at.proposer, 1)
        tell(other, at.proposer, 2)
    with clock.at(MORNING + dt.timedelta(hours=8)):
        assert digests.send_due() == 2
    found = {row.institution: row.text for row in Mail.objects.filter(kind="digest")}
    assert "Trial 2" not in found[at.institution]
    assert "Trial 1" not in found[other.institution]


def test_once_a_week_comes_on_monday_in_one_mail_with_what_is_daily(campus):
    at = campus("montana")  # EVENING is a Monday afternoon
    choose(by=at.proposer, choices={"proposal_moved": "weekly", "step_opened": "digest"})
    with clock.at(EVENING):
        tell(at, at.proposer, 1)
    for days in range(1, 7):
        with clock.at(EVENING + dt.timedelta(days=days)):
            assert digests.send_due() == 0
    with clock.at(EVENING + dt.timedelta(days=6)):
        context = {"body": "B", "path": "/", "step": "Sign it"}
        messages = [Message("step_opened", "k", at.proposer, context)]
        mail.post_many(messages=messages, institution=at.institution)
    with clock.at(NIGHT + dt.timedelta(days=6)):  # Monday, 6:59
        assert digests.send_due() == 0
    with clock.at(MORNING + dt.timedelta(days=7)):  # a worker that was away comes a day late
        assert digests.send_due() == 1
    assert states(at.proposer) == [
        ("digest", "queued"),
        ("proposal_moved", "bundled"),
        ("step_opened", "bundled"),
    ]


def test_comments_come_once_a_day_unless_chosen_otherwise(campus):
    at = campus("montana")
    for person, choice in ((at.proposer, None), (at.second_proposer, "immediate")):
        if choice:
            choose(by=person, choices={"comment_written": choice})
        messages = [Message("comment_written", f"c:{person.pk}", person, {"path": "/"})]
        mail.post_many(messages=messages, institution=at.institution)
    assert states(at.proposer) == [("comment_written", "digest")]
    assert states(at.second_proposer) == [("comment_written", "queued")]


def test_what_somebody_waits_for_cannot_be_turned_off():
    """By hand: a vote that closes, an answer or a signature that is owed, what has to be mended, when and where a
    body meets."""
    assert {offer.kind for offer in choosing.offers() if offer.needed} == {
        "ballot_extended",
        "ballot_opened",
        "body_incomplete",
        "concern_raised",
        "condition_met",
        "conditions_set",
        "deadline",
        "escalation",
        "meeting_called",
        "meeting_cancelled",
        "meeting_changed",
        "meeting_needed",
        "panel_needed",
        "proposal_form_open",
        "proposal_officer",
        "request_returned",
        "request_waits",
        "review_filed",
        "step_opened",
        "view_asked",
    }
    needed = {tuple(offer.ways) for offer in choosing.offers() if offer.needed}
    assert needed == {("immediate", "digest")}


def test_a_digest_stops_by_post_alone_and_without_signing_in(campus):
    at = campus("montana")
    choose(by=at.proposer, choices={"proposal_moved": "digest", "step_opened": "digest"})
    with clock.at(EVENING):
        tell(at, at.proposer, 1)
    with clock.at(MORNING):
        digests.send_due()
    row = Mail.objects.get(kind="digest")
    path = choosing.stop_path(at.proposer)
    assert f"http://testserver{path}" in row.text
    headers = sending.message_of(row, None).extra_headers
    assert headers["List-Unsubscribe"] == f"<http://testserver{path}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(path).status_code == 200
    assert choosing.chosen(at.proposer)["proposal_moved"] == "digest"
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    chosen = choosing.chosen(at.proposer)
    assert (chosen["proposal_moved"], chosen["comment_written"], chosen["step_opened"]) == (
        "none",
        "none",
        "digest",
    )
    assert choosing.chosen(at.second_proposer)["proposal_moved"] == "immediate"
    forged = path.replace(str(at.proposer.pk), str(at.second_proposer.pk))
    assert stranger.post(forged).status_code == 404


def test_not_by_mail_is_kept_and_never_sent(campus):
    at = campus("montana")
    choose(by=at.proposer, choices={"proposal_moved": "none"})
    tell(at, at.proposer, 1)
    assert states(at.proposer) == [("proposal_moved", "unwanted")]
    assert not Mail.objects.due(clock.now()).filter(recipient=at.proposer).exists()


@pytest.mark.parametrize(
    "choice", [{"sign_in": "digest"}, {"badge_awarded": "none"}, {"ballot_opened": "none"}, {"x": "digest"}]
)
def test_what_must_come_at_once_does(campus, choice):
    at = campus("montana")
    with pytest.raises(Refused):
        choose(by=at.proposer, choices=choice)
    assert not MailChoice.objects.exists()


def test_a_choice_that_is_offered_no_more_does_not_hold_mail_back(campus):
    at = campus("montana")
    MailChoice.objects.create(person=at.proposer, kind="ballot_opened", how="none")
    context = {"body": "B", "path": "/", "step": "S"}
    mail.post_many(messages=[Message("ballot_opened", "k", at.proposer, context)], institution=at.institution)
    assert states(at.proposer) == [("ballot_opened", "queued")]


def test_the_page_and_the_api_keep_ones_own_choices(campus):
    at = campus("montana")
    client = site_for(at.proposer)
    assert client.get("/mail/choices/").status_code == 200
    wanted = {offer.kind: "immediate" for offer in choosing.offers()} | {"step_opened": "digest"}
    assert client.post("/mail/choices/", wanted | {"step_opened": "weekly"}).status_code == 409
    assert client.post("/mail/choices/", wanted).status_code == 302
    assert choosing.chosen(at.proposer)["step_opened"] == "digest"
    assert client.post("/mail/choices/", wanted | {"step_opened": "none"}).status_code == 409
    api = api_for(at.proposer)
    answer = api.post("/api/v1/mail-choices/", {"choices": {"proposal_moved": "none"}}, format="json")
    assert answer.status_code == 200
    assert choosing.chosen(at.proposer) | {"proposal_moved": "none"} == choosing.chosen(at.proposer)
    assert (
        api.post("/api/v1/mail-choices/", {"choices": {"sign_in": "none"}}, format="json").status_code == 409
    )
    assert choosing.chosen(at.second_proposer)["step_opened"] == "immediate"
    assert Client().get("/mail/choices/").status_code == 302


def test_many_recipients_cost_one_more_statement(campus, django_assert_num_queries):
    at = campus("montana")
    people = [at.proposer, at.second_proposer, at.supervisor]
    context = {"title": "T", "sentence": "S", "path": "/"}
    for n, some in enumerate((people[:1], people)):
        messages = [Message("proposal_moved", f"{n}:{one.pk}", one, context) for one in some]
        with django_assert_num_queries(2):
            mail.post_many(messages=messages, institution=at.institution)


def test_the_office_sees_delivery_states_of_its_own_campus(campus):
    at = campus("montana")
    choose(by=at.proposer, choices={"proposal_moved": "none"})
    tell(at, at.proposer, 1)
    row = Mail.objects.get(recipient=at.proposer)
    address = f"/admin/journal/mail/{row.pk}/change/"
    answer = site_for(at.programme_manager).get(address)
    assert answer.status_code == 200
    assert "Not wanted by mail" in answer.content.decode()
    for person in (at.stranger, at.proposer, at.section_head):
        assert site_for(person).get(address).status_code in (302, 403, 404)
    assert queries_of(site_for(at.programme_manager), "/admin/journal/mail/") > 0
