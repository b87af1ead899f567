"""Reminders: 90, 30 and 7 days before and the day after, once each, to those who owe it."""

import datetime as dt

import pytest

from accounts.actions import units
from accounts.models import Delegation, RoleGrant
from credentials.models import Standing
from journal import clock
from journal.models import Mail, Notice
from proposals import deadlines
from proposals.actions import receiving
from proposals.actions.reminding import remind_due
from proposals.models import Proposal, Reminder
from tests.proposals import walking
from tests.proposals.packs import ruled, step
from tests.proposals.walking import move

FIRST_REVIEW = dt.date(2027, 8, 10)  # the summer session's last day in the pilot's first year


def on(day, hour=18):
    return clock.at(dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC))


def before(days):
    return on(FIRST_REVIEW - dt.timedelta(days=days))


def montana_pilot(campus):
    at = campus("montana")
    with on(dt.date(2026, 10, 5)):
        proposal = walking.montana_pilot(at)
    forget()
    return at, proposal


def forget():
    Mail.objects.all().delete()
    Notice.objects.all().delete()


def told():
    return sorted(Mail.objects.filter(kind="deadline").values_list("to", flat=True))


@pytest.mark.clause("UM-15")
def test_the_proposers_are_reminded_on_their_days_and_once(campus):
    at, _proposal = montana_pilot(campus)
    both = sorted([at.proposer.email, at.second_proposer.email])
    sent = {}
    for left in range(95, -4, -1):
        forget()
        with before(left):
            remind_due()
            remind_due()
        if told():
            sent[left] = told()
    assert sent == {90: both, 30: both, 7: both, -1: both}


@pytest.mark.clause("UM-15")
def test_the_mail_says_what_is_due_until_when_and_by_which_rule(campus):
    at, proposal = montana_pilot(campus)
    with before(30):
        assert remind_due() == 1
    mail = Mail.objects.get(to=at.proposer.email)
    said = "“Review of the pilot year, year 1” is due by 10 August 2027. There are 30 days left."
    assert mail.subject == f"Wildfire data analysis: {said}"
    assert said in mail.text
    page = f"/proposals/{proposal.pk}/reviews/yearly_review_1/"  # where it is written
    assert f"http://testserver{page}" in mail.text
    assert "http://testserver/policies/montana/#UM-15" in mail.text
    notice = Notice.objects.get(person=at.proposer)
    assert (notice.text, notice.path) == (f"Wildfire data analysis: {said}", page)


@pytest.mark.clause("UM-15")
@pytest.mark.parametrize(
    ("left", "words"),
    [
        (1, "is due tomorrow, 10 August 2027, until 23:59."),
        (0, "is due today, 10 August 2027, until 23:59."),
        (-1, "was due on 10 August 2027, yesterday, and has not come in."),
        (-9, "was due on 10 August 2027, 9 days ago, and has not come in."),
    ],
)
def test_a_clock_that_was_away_sends_the_nearest_reminder_with_the_true_days(campus, left, words):
    montana_pilot(campus)
    with before(left):
        remind_due()
    assert words in Mail.objects.filter(kind="deadline").first().text
    assert [row.days for row in Reminder.objects.all()] == [7 if left >= 0 else -1]


@pytest.mark.clause("UM-16")
def test_the_decision_is_reminded_of_with_what_happens_past_it(campus):
    montana_pilot(campus)
    with on(dt.date(2028, 12, 8)):
        remind_due()
    text = Mail.objects.filter(kind="deadline", text__contains="Say whether the pilot goes on").first().text
    assert "is due by 15 December 2028. There are 7 days left." in text
    assert (
        "Past that day no full proposal can be filed, and the pilot ends for good on 10 August 2029." in text
    )


@pytest.mark.clause("UM-1")
def test_the_last_day_is_reminded_of_before_it_and_told_by_the_lapse_after_it(campus):
    _at, proposal = montana_pilot(campus)
    with on(dt.date(2029, 8, 3)):
        remind_due()
    ends = Reminder.objects.filter(deadline="pilot_end")
    assert [(row.days, row.due_on) for row in ends] == [(7, dt.date(2029, 8, 10))]
    with on(dt.date(2029, 8, 11)):
        remind_due()
    assert ends.count() == 1
    assert (
        Proposal.objects.get(pk=proposal.pk).definition.standing == Standing.PILOT
    )  # the lapse is another act


@pytest.mark.clause("UM-15")
def test_what_came_in_is_not_reminded_of(campus):
    at, proposal = montana_pilot(campus)
    with before(8):
        due = next(one for one in deadlines.of(proposal) if one.key == "yearly_review_1")
        receiving.meet(proposal=proposal, due=due, act="review", by=at.proposer)
    forget()
    with before(-1):
        assert remind_due() == 0
    assert told() == []


def test_a_day_that_moved_is_reminded_of_anew(campus):
    _at, _proposal = montana_pilot(campus)
    with before(7):
        assert remind_due() == 1
    institution = Proposal.objects.get().institution
    for key, first, last in (
        ("fall", "2026-08-25", "2026-12-15"),
        ("spring", "2027-01-15", "2027-05-10"),
        ("summer", "2027-05-20", "2027-08-20"),
    ):
        institution.terms.create(year=2026, key=key, starts_on=first, ends_on=last)
    with before(7):
        assert remind_due() == 1  # 17 days are left now: people hear of the new day at once
        assert remind_due() == 0
    with before(-3):
        assert remind_due() == 1
    assert [(row.due_on.isoformat(), row.days) for row in Reminder.objects.all()] == [
        ("2027-08-10", 7),
        ("2027-08-20", 30),
        ("2027-08-20", 7),
    ]


def test_reminders_whose_day_was_over_when_the_pilot_began_are_left_out(campus):
    at = campus("montana")
    with on(dt.date(2027, 7, 20)):  # 21 days before the year's end
        walking.montana_pilot(at)
        forget()
        assert remind_due() == 0
    with before(7):
        assert remind_due() == 1


# --- to whom ----------------------------------------------------------------------------------------
def established(campus):
    at, proposal = montana_pilot(campus)
    definition = proposal.definition
    definition.standing, definition.standing_since = Standing.ESTABLISHED, dt.date(2029, 1, 20)
    definition.awards_until = None
    definition.save()
    Proposal.objects.filter(pk=proposal.pk).update(state="established")
    with on(dt.date(2029, 2, 1)):
        units.set_review(unit=at.unit, on=dt.date(2030, 3, 1), by=at.administrator)
    forget()
    return at, proposal


@pytest.mark.clause("UM-20")
def test_an_office_is_reminded_with_its_designee_and_nobody_else(campus):
    at, _proposal = established(campus)
    grant = at.section_head.grants.get(role="section_head")
    grant.delegations.create(principal=at.section_head, delegate=at.nobody, starts_on="2020-01-01")
    with on(dt.date(2030, 8, 3)):
        assert remind_due() == 1
    assert told() == sorted([at.section_head.email, at.nobody.email])


@pytest.mark.clause("UM-20")
def test_where_nobody_holds_the_office_the_programme_manager_is_reminded(campus):
    at, _proposal = established(campus)
    RoleGrant.objects.filter(role="section_head").update(ends_on="2029-12-31")
    with on(dt.date(2030, 8, 3)):
        assert remind_due() == 1
    assert told() == [at.programme_manager.email]


def test_who_left_and_who_may_not_see_it_gets_nothing(campus):
    at, _proposal = montana_pilot(campus)
    at.second_proposer.is_active = False
    at.second_proposer.save()
    with before(7):
        remind_due()
    assert told() == [at.proposer.email]


def test_a_designation_that_is_over_does_not_count(campus):
    at, _proposal = established(campus)
    grant = at.section_head.grants.get(role="section_head")
    Delegation.objects.create(
        grant=grant,
        principal=at.section_head,
        delegate=at.nobody,
        starts_on="2020-01-01",
        ends_on="2030-07-31",
    )
    with on(dt.date(2030, 8, 3)):
        remind_due()
    assert told() == [at.section_head.email]


def test_a_step_reminds_who_completes_it(campus):
    at = ruled(campus("model"), lambda d: step(d, "dean_signoff").update(days=14))
    with on(dt.date(2026, 11, 2)):
        walking.model_unit_approval(at)
    forget()
    with on(dt.date(2026, 11, 8)):
        assert remind_due() == 0
    with on(dt.date(2026, 11, 9)):
        assert remind_due() == 1  # 7 days before the 16th; 30 days before it was not open
    assert told() == [at.section_head.email]
    forget()
    with on(dt.date(2026, 11, 17)):
        assert remind_due() == 1
    assert told() == [at.section_head.email]


def test_nothing_is_sent_for_what_is_on_hold(campus):
    at = ruled(campus("model"), lambda d: step(d, "dean_signoff").update(days=14))
    with on(dt.date(2026, 11, 2)):
        proposal = walking.model_unit_approval(at)
        move(proposal, "hold", at.programme_manager)
    with on(dt.date(2026, 11, 17)):
        assert remind_due() == 0
