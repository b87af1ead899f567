"""A full proposal carries the pilot's figures: live in the draft, frozen with source and time when it is filed."""

import datetime as dt

import pytest
from django.db import InternalError, transaction

from evaluation import evidence
from evaluation.models import Evidence
from journal import clock
from journal.models import Entry
from tests.credentials.support import award
from tests.papers import read as paper_of
from tests.proposals import walking
from tests.proposals.walking import fresh, move, save
from tests.support import api_for, site_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("UM-17")]


def on(*day):
    return clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC))


def text(answer):
    return " ".join(answer.content.decode().split())


def awarded(charts):
    numbers = next(chart for chart in charts if chart["key"] == "numbers")
    return [bar["cells"] for bar in numbers["bars"]][2]


@pytest.mark.clause("MU-15")
def test_the_pilots_figures_are_live_in_the_draft_and_frozen_when_it_is_filed(campus):
    at = campus("montana")
    with on(2026, 10, 5):
        pilot = walking.montana_pilot(at)
    site, address = site_for(at.proposer), f"/api/v1/proposals/{pilot.pk}/"
    with on(2027, 9, 1):
        save(pilot, walking.MONTANA_FULL, at.proposer)
        for n in range(5):
            award(pilot.definition, at.spare[n])
        draft = text(site.get(pilot.get_absolute_url()))
        assert "As they are now. They are kept with the full proposal when you file it." in draft
        assert "In figures, 5 October 2026 to 1 September 2027" in draft
        assert "As they are now" not in text(site_for(at.section_head).get(pilot.get_absolute_url()))
        live = api_for(at.proposer).get(address).json()["figures"]
        assert (live["kept"], awarded(live["charts"])) == (False, ["Awards made", "5", "5"])
        assert "#figures" in site.get(f"/proposals/{pilot.pk}/edit/statement/").content.decode()
        move(pilot, "file_full_proposal", at.proposer)
    row = Evidence.objects.get()
    assert row.hash == evidence.digest(row.charts)
    assert all(chart["source"] and chart["at"] == "2027-09-01T18:00:00+00:00" for chart in row.charts)
    kept = Entry.objects.about("proposal", pilot.pk).get(act="figures_kept")
    assert kept.detail["hash"] == row.hash
    with on(2027, 9, 2):
        award(pilot.definition, at.learner)
        for person in (at.proposer, at.section_head):
            read = text(site_for(person).get(pilot.get_absolute_url()))
            assert "As they were when the full proposal was filed" in read
            frozen = api_for(person).get(address).json()["figures"]
            assert (frozen["kept"], awarded(frozen["charts"])) == (True, ["Awards made", "5", "5"])
        number = fresh(pilot).revisions.latest("number").number
        assert "The pilot’s figures" in text(site.get(f"/proposals/{pilot.pk}/revisions/{number}/"))
        assert "The pilot’s figures" not in text(site.get(f"/proposals/{pilot.pk}/revisions/1/"))
        paper = paper_of(site.get(f"/proposals/{pilot.pk}/revisions/{number}.pdf")).text
    assert "Awards made" in paper
    assert "neither revoked nor replaced; as of 1 September 2027" in paper
    for write in (lambda: Evidence.objects.update(hash="0"), lambda: Evidence.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            write()
