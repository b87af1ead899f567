"""What is offered is suspended, offered again and taught out; a unit gives notice that its pilot does not go on (UM-16)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from credentials.models import Award, Definition, Standing
from journal.models import Entry, Mail
from policies.reasons import Refused
from proposals.actions.lapsing import lapse_due, retire_taught_out
from proposals.actions.offering import act
from proposals.tasks import lapse_pilots
from tests.credentials.support import award
from tests.proposals import walking
from tests.proposals.test_deadlines import keys, montana_pilot, on
from tests.proposals.walking import fresh, move, save
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def do(proposal, name, by, note="Because.", **more):
    return act(proposal=fresh(proposal), name=name, by=by, note=note, **more)


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.clause("UM-16", "UM-1")
def test_notice_that_a_pilot_does_not_go_on_meets_the_decision_and_it_ends_on_its_last_day(campus):
    at, pilot = montana_pilot(campus)
    site, address = site_for(at.proposer), f"/proposals/{pilot.pk}/offering/notice/"
    with on(2028, 11, 1):
        made = award(pilot.definition, at.learner)
        assert address in site.get(pilot.get_absolute_url()).content.decode()
        refused = site.post(address, {"version": fresh(pilot).version, "note": " "})
        assert (refused.status_code, "Say why" in text(refused)) == (409, True)
        assert (
            site.post(address, {"version": fresh(pilot).version, "note": "No lecturer."}).status_code == 302
        )
        assert "pilot_decision" not in keys(pilot)
        told = set(Mail.objects.filter(kind="proposal_moved").values_list("recipient", flat=True))
        assert {at.offices["um_online"].pk, at.offices["senate_office"].pk} <= told
        save(pilot, walking.MONTANA_FULL, at.proposer)
        with pytest.raises(
            Refused, match="Notice was given on 1 November 2028 that the pilot does not go on"
        ):
            move(pilot, "file_full_proposal", at.proposer)
        with pytest.raises(Refused, match="already"):
            do(pilot, "notice", at.second_proposer)
        do(pilot, "notice-back", at.proposer)
        assert "pilot_decision" in keys(pilot)
        do(pilot, "notice", at.proposer)
    with on(2028, 12, 16), pytest.raises(Refused, match="due by 15 December 2028"):
        do(pilot, "notice-back", at.proposer)
    slug = pilot.definition.slug
    with on(2029, 8, 10):
        assert lapse_due() == 0
        assert "Wildfire data analysis" in text(Client().get("/catalogue/"))
    with on(2029, 8, 11):
        assert lapse_pilots() == 1
        definition = Definition.objects.get(pk=pilot.definition_id)
        assert (fresh(pilot).state, definition.standing) == ("lapsed", Standing.LAPSED)
        assert not definition.awardable_on(dt.date(2029, 8, 11))
        assert "Wildfire data analysis" not in text(Client().get("/catalogue/"))
        assert slug not in Client().get("/sitemap.xml").content.decode()
        assert Award.objects.get(pk=made.pk).status_on(dt.date(2029, 8, 11)) == "valid"
        assert Client().get(f"/verify/{made.pk}/").status_code == 200


@pytest.mark.clause("UM-1")
def test_a_suspended_pilot_is_neither_awarded_nor_advertised_until_it_is_offered_again(campus):
    at, pilot = montana_pilot(campus)
    began, until = pilot.definition.standing_since, pilot.definition.awards_until
    with on(2027, 3, 1):
        do(pilot, "suspend", at.programme_manager, "A complaint is looked into.")
        held = fresh(pilot).definition
        assert (held.standing, held.awardable_on(dt.date(2027, 3, 1))) == (Standing.SUSPENDED, False)
        assert "Wildfire data analysis" not in text(Client().get("/catalogue/"))
        with pytest.raises(Refused, match="Only what is offered now"):
            do(pilot, "suspend", at.programme_manager)
        sent = api_for(at.programme_manager).post(
            f"/api/v1/proposals/{pilot.pk}/offering/reinstate/", {}, format="json"
        )
        assert sent.status_code == 200, sent.content
        again = fresh(pilot).definition
        assert (again.standing, again.standing_since, again.awards_until) == (Standing.PILOT, began, until)
        do(pilot, "suspend", at.programme_manager)
    with on(2029, 8, 11):
        assert lapse_due() == 1
    assert (fresh(pilot).state, fresh(pilot).definition.standing) == ("lapsed", Standing.LAPSED)
    acts = list(Entry.objects.about("proposal", pilot.pk).values_list("act", flat=True))
    assert acts[-4:] == ["offering_suspend", "offering_reinstate", "offering_suspend", "lapse"]


def test_an_established_credential_is_taught_out_and_retired_by_the_clock(campus):
    at = campus("model")
    with on(2026, 10, 5):
        proposal = walking.model_established(at)
    last = dt.date(2027, 5, 31)
    with on(2027, 1, 10):
        site, address = site_for(at.programme_manager), f"/proposals/{proposal.pk}/offering/teach-out/"
        for bad in ("", "2027-01-01", "2099-01-01", "nonsense"):
            typed = {"version": fresh(proposal).version, "note": "Replaced.", "until": bad}
            assert site.post(address, typed).status_code == 409, bad
        assert site.post(address, {**typed, "until": "2027-05-31"}).status_code == 302
        definition = fresh(proposal).definition
        assert (definition.standing, definition.awards_until) == (Standing.TEACH_OUT, last)
        assert definition.awardable_on(last)
        assert "Technical writing" not in text(Client().get("/catalogue/"))
    with on(2027, 5, 31):
        assert retire_taught_out() == 0
    with on(2027, 6, 1):
        assert (retire_taught_out(), retire_taught_out()) == (1, 0)
    assert (fresh(proposal).state, fresh(proposal).definition.standing) == ("retired", Standing.RETIRED)


def test_who_does_what_with_what_is_offered(campus):
    at, pilot = montana_pilot(campus)
    with on(2027, 3, 1):
        for person, name, status in (
            (at.proposer, "suspend", 403), (at.section_head, "suspend", 403), (at.learner, "suspend", 404),
            (at.stranger, "suspend", 404), (at.programme_manager, "notice", 403), (at.programme_manager, "nonsense", 404),
            (at.programme_manager, "teach-out", 409),
        ):  # fmt: skip
            typed = {"version": fresh(pilot).version, "note": "Because.", "until": "2028-01-01"}
            found = site_for(person).post(f"/proposals/{pilot.pk}/offering/{name}/", typed)
            assert found.status_code == status, (person, name)
        with pytest.raises(PermissionDenied):
            do(pilot, "suspend", at.proposer)
        with pytest.raises(Refused, match="Somebody changed"):
            do(pilot, "suspend", at.programme_manager, version=1)
    assert fresh(pilot).definition.standing == Standing.PILOT
