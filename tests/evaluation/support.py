"""Surveys of a campus: learners who finished, their mail, and the answers they send."""

import re

from django.test import Client
from django.urls import reverse

from evaluation.actions import asking
from evaluation.models import Invitation, SurveyLink
from journal import clock
from journal.models import Mail
from learning.actions import completions, offerings
from learning.entry import Entry
from tests.learning.support import DONE, STARTED


def run_of(place, made, title="Spring 2026", **changes):
    values = {
        "definition": made,
        "title": title,
        "starts_on": STARTED,
        "assessors": [place.assessor],
        "by": place.issuer,
        "director": place.programme_director,
    }
    return offerings.open_offering(**(values | changes))


def finish(offering, place, *names, on=DONE):
    """These learners complete the programme."""
    entries = [
        Entry(f"Learner {name}", f"{name}@learner.example", on, (), None, "Portfolio", number=n)
        for n, name in enumerate(names, 1)
    ]
    return completions.record_many(offering=offering, entries=entries, by=place.assessor)


def links(kind="survey_asked", to=None):
    """The tokens that went out by mail of this kind, oldest first."""
    rows = Mail.objects.filter(kind=kind).order_by("created_at", "key")
    rows = rows.filter(to=to) if to else rows
    return [re.search(r"/surveys/answer/([^/\s]+)/", row.text).group(1) for row in rows]


def ask(at):
    """What the worker does at that moment."""
    with clock.at(at):
        asking.close_over()
        return asking.ask_due() + asking.remind_due()


def page(token, data=None, site=None, at=None, name="survey_answer"):
    """The page of a link; with data, what is sent to it."""
    site, address = site or Client(), reverse(name, args=[token])

    def go():
        return site.get(address) if data is None else site.post(address, data)

    if at is None:
        return go()
    with clock.at(at):
        return go()


def state(token):
    return Invitation.objects.get(links__token_hash=asking.token_hash(token)).state


def hashes():
    return set(SurveyLink.objects.values_list("token_hash", flat=True))
