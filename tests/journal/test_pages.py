"""Notices and the demo's mail pages: one's own, and one's own campus's."""

import datetime as dt

import pytest
from django.urls import reverse

from journal import clock
from journal.actions import mail, notices
from journal.models import Mail, MailState, Notice
from tests.support import queries_of, site_for

pytestmark = pytest.mark.django_db


def test_people_are_told_once_each_and_see_their_own(campus):
    made = campus()
    notices.tell(
        people=[made.issuer, made.issuer, made.proposer], kind="x", text="Something waits", path="/p/"
    )
    assert Notice.objects.count() == 2
    browser = site_for(made.issuer)
    page = browser.get(reverse("notices"))
    assert page.context["unread"] == 1
    assert b'<a href="/p/">Something waits</a>' in page.content
    browser.post(reverse("notices_read"))
    assert browser.get(reverse("notices")).context["unread"] == 0
    assert Notice.objects.unread().get().person == made.proposer


def test_a_long_notice_is_cut_with_a_sign():
    assert notices._short("x" * 301) == "x" * 299 + "…"


def test_notices_and_mail_take_the_same_queries_for_any_number(campus, settings):
    settings.DEMO = True
    made = campus()
    browser, counts = site_for(made.administrator), []
    for told in ([made.administrator], [made.administrator, made.issuer, made.proposer]):
        for person in told:
            notices.tell(people=[made.administrator], kind="x", text="Line")
            post(made.institution, person)
        counts.append([queries_of(browser, reverse(name)) for name in ("notices", "mail_page")])
    assert Mail.objects.count() == 3
    assert counts[0] == counts[1]


def post(institution, person, kind="welcome"):
    return mail.post(
        kind=kind,
        key=f"{kind}:{person.pk}",
        to=person,
        institution=institution,
        context={"url": "http://testserver/set?a=1&b=2", "days": 3},
    )


def test_the_demo_s_mail_page_shows_one_s_own_campus(campus, settings):
    settings.DEMO = True
    made = campus()
    ours, theirs = post(made.institution, made.issuer, "invitation"), post(made.elsewhere, made.stranger)
    browser = site_for(made.administrator)
    page = browser.get(reverse("mail_page"))
    assert [row.pk for row in page.context["page"]] == [ours.pk]
    message = browser.get(reverse("mail_message", args=[ours.pk]))
    assert b'<a href="http://testserver/set?a=1&amp;b=2"' in message.content
    assert browser.get(reverse("mail_message", args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize("who", ["issuer", "registrar", "nobody", "learner"])
def test_the_mail_page_is_for_those_who_manage_a_campus(campus, settings, who):
    settings.DEMO = True
    made = campus()
    row = post(made.institution, made.issuer)
    browser = site_for(getattr(made, who))
    addresses = [reverse("mail_page"), reverse("mail_message", args=[row.pk])]
    assert [browser.get(address).status_code for address in addresses] == [404, 404]


def test_there_is_no_mail_page_outside_the_demo(campus):
    made = campus()
    row = post(made.institution, made.issuer)
    browser = site_for(made.administrator)
    addresses = [reverse("mail_page"), reverse("mail_message", args=[row.pk])]
    assert [browser.get(address).status_code for address in addresses] == [404, 404]


def test_failed_mail_is_sent_again_from_the_dashboard(campus):
    made = campus()
    row = post(made.institution, made.issuer)
    Mail.objects.update(state=MailState.FAILED, error="no")
    address = reverse("mail_retry", args=[row.pk])
    shown = site_for(made.administrator).get(reverse("admin:journal_mail_change", args=[row.pk]))
    assert f'action="{address}"' in shown.content.decode()
    assert site_for(made.stranger).post(address).status_code == 404
    assert site_for(made.issuer).post(address).status_code == 404
    assert site_for(made.administrator).get(address).status_code == 405
    answer = site_for(made.administrator).post(address)
    assert answer["Location"] == reverse("admin:journal_mail_change", args=[row.pk])
    row.refresh_from_db()
    assert row.state == MailState.QUEUED


def test_mail_of_the_demo_is_dated_by_the_clock(campus):
    made, moment = campus(), dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
    with clock.at(moment):
        row = post(made.institution, made.issuer)
    assert (row.created_at, row.due_at) == (moment, moment)
