"""A step in which nobody acts: after the policy's idle days those above are told, once, and again after as many."""

import datetime as dt

from journal import clock
from journal.models import Entry, Mail, Notice
from proposals.actions.escalating import escalate_idle
from proposals.models import Step
from tests.proposals import walking
from tests.proposals.packs import ruled, step
from tests.proposals.walking import fresh, move, open_step


def idle(data, days=7, to=None):
    step(data, "dean_signoff")["escalate_days"] = days
    step(data, "dean_signoff")["escalate_to"] = to


def waiting(campus, **more):
    at = ruled(campus("model"), lambda data: idle(data, **more))
    proposal = walking.model_unit_approval(at)
    return at, proposal, open_step(proposal, "dean_signoff")


def told():
    return sorted(Mail.objects.filter(kind="escalation").values_list("to", flat=True))


def after(row, days):
    return clock.at(row.opened_at + dt.timedelta(days=days))


def test_the_programme_manager_is_told_after_the_idle_days(campus):
    at, proposal, row = waiting(campus)
    with after(row, 6):
        assert escalate_idle() == 0
    with after(row, 7):
        assert escalate_idle() == 1
        assert escalate_idle() == 0
    with after(row, 13):
        assert escalate_idle() == 0
    assert told() == [at.programme_manager.email]
    with after(row, 14):
        assert escalate_idle() == 1
    assert Notice.objects.filter(kind="escalation", person=at.programme_manager).count() == 2
    entries = Entry.objects.about("proposal", proposal.pk).filter(act="escalate")
    assert [(one.by, one.detail["days"]) for one in entries] == [(None, 7), (None, 14)]


def test_whom_the_policy_names_is_told(campus):
    at, _proposal, row = waiting(campus, to="office:provost")
    with after(row, 7):
        assert escalate_idle() == 1
    assert told() == [at.offices["provost"].email]


def test_on_hold_nobody_is_told_and_it_begins_anew(campus):
    at, proposal, row = waiting(campus)
    with after(row, 5):
        move(fresh(proposal), "hold", at.programme_manager)
    with after(row, 9):
        assert escalate_idle() == 0
        move(fresh(proposal), "resume", at.programme_manager)
    with after(row, 15):
        assert escalate_idle() == 0
    with after(row, 16):
        assert escalate_idle() == 1


def test_what_is_done_is_not_escalated(campus):
    at, proposal, row = waiting(campus)
    walking.finish(at, proposal, "dean_signoff")
    with after(row, 30):
        assert escalate_idle() == 0
    assert not Step.objects.filter(pk=row.pk, status="open").exists()


def test_without_a_number_of_days_nobody_is_told(campus):
    _at, _proposal, row = waiting(campus, days=None)
    with after(row, 100):
        assert escalate_idle() == 0


def test_the_model_policy_tells_the_provost_of_intents_and_the_office_of_the_rest(campus):
    at = campus("model")
    intent = open_step(walking.model_intent(at), "intent_acknowledged")
    for days, told_now in ((13, []), (14, [at.offices["provost"].email])):
        with after(intent, days):
            escalate_idle()
        assert told() == told_now
    Mail.objects.all().delete()
    dean = open_step(walking.model_unit_approval(at), "dean_signoff")
    with after(dean, 21):
        escalate_idle()
    assert at.programme_manager.email in told()
