"""Credit later: an award without credit gains it once the credential has moved to credit, and fee and assessment are recorded."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from credentials.actions import definitions, later_credit, transcripts
from credentials.actions.later_credit import Grounds
from credentials.learned import Mastered
from credentials.models import Award, CreditGain
from issuance.actions import deliveries, replacing
from journal.models import Entry, Mail
from policies.mapping import Competency
from policies.reasons import Refused
from tests.credentials.support import APPROVALS, award, definition, facts, texts, with_image
from tests.issuance.support import with_code
from tests.issuance.test_transcripts import CREDIT, NONCREDIT
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
READ = "Read a fire weather table"


@pytest.fixture
def montana(campus):
    return campus("montana")


def moved_to_credit(place, made):
    """The same credential, approved anew as one that bears three credits."""
    return definitions.approve(
        definition=made,
        institution=place.institution,
        unit=place.unit,
        type="badge_and_notation",
        facts=facts(for_credit=True, credits=Decimal(3), competencies=[Competency(READ, "Exam")]),
        answers=CREDIT,
        policy=place.institution.policy,
        proposal_id=uuid.uuid4(),
        revision_hash="1" * 64,
        approvals=APPROVALS,
        badge=True,
        notation=True,
        by=place.programme_manager,
    )


@pytest.fixture
def held(montana):
    """An award without credit, of a credential that has moved to credit since."""
    made = with_image(definition(montana, answers=NONCREDIT), montana)
    row = award(made, mastered=(Mastered(READ, "Seen"),))
    with_code(moved_to_credit(montana, made), montana)
    row.refresh_from_db()
    return row


def grounds(place, **changes):
    today = place.institution.today()
    values = {
        "fee_received_on": today,
        "fee_amount": Decimal("45.00"),
        "fee_reference": "R-17",
        "assessment": "Exam",
        "assessed_on": today,
        "assessed_by": "Forest Management",
        "result": "B+",
    }
    return Grounds(**(values | changes))


@pytest.mark.clause("UM-7", "UM-5")
def test_newer_award_bears_the_credit_and_is_to_be_noted(montana, held):
    newer = replacing.gain_credit(award=held, grounds=grounds(montana), by=montana.registrar)
    held.refresh_from_db()
    assert (held.superseded_by, held.superseded_why, newer.version.number) == (newer, "credit", 2)
    subject = newer.credential["credentialSubject"]
    assert (subject["creditsEarned"], len(subject["result"])) == (3, 1)
    assert list(Award.objects.noted_by(montana.registrar).to_note()) == [newer]
    kept = CreditGain.objects.get()
    assert (kept.award, kept.newer, kept.fee_reference, kept.assessment, kept.result, kept.recorded_by) == (
        held, newer, "R-17", "Exam", "B+", montana.registrar,
    )  # fmt: skip
    assert (newer.accepted_at, newer.visibility) == (held.accepted_at, held.visibility)
    assert Mail.objects.get(kind="award_gained_credit").recipient == held.holder
    entry = Entry.objects.filter(subject_id=held.definition_id).latest("number")
    assert (entry.act, entry.detail) == ("credit gained", {"award": str(held.pk), "newer": str(newer.pk)})
    with pytest.raises(Refused, match="bears credit already"):
        replacing.gain_credit(award=newer, grounds=grounds(montana), by=montana.registrar)


@pytest.mark.clause("UM-7")
@pytest.mark.parametrize(
    ("changes", "field", "clause"),
    [
        ({"fee_received_on": None, "fee_amount": None, "fee_reference": ""}, "fee_received_on", "UM-7"),
        ({"fee_reference": ""}, "fee_reference", "UM-7"),
        ({"assessment": ""}, "assessment", "UM-7"),
        ({"assessment": "Interview"}, "assessment", "UM-7"),
        ({"assessed_on": None}, "assessed_on", "UM-7"),
        ({"assessed_by": ""}, "assessed_by", "UM-7"),
        ({"result": ""}, "result", "UM-7"),
        ({"assessed_on": dt.date(2020, 1, 1)}, "assessed_on", ""),
        ({"fee_received_on": dt.date(2099, 1, 1)}, "fee_received_on", ""),
        ({"fee_amount": Decimal(-1)}, "fee_amount", ""),
        ({"result": "a\x00b"}, "result", ""),
    ],
)
def test_without_fee_and_assessment_nothing_changes(montana, held, changes, field, clause):
    with pytest.raises(Refused) as refused:
        replacing.gain_credit(award=held, grounds=grounds(montana, **changes), by=montana.registrar)
    assert (refused.value.reasons[0].field, refused.value.reasons[0].clause) == (field, clause)
    held.refresh_from_db()
    assert held.superseded_by is None
    assert not CreditGain.objects.exists()


@pytest.mark.clause("UM-7")
def test_credential_moves_to_credit_first_and_its_event_code_is_recorded(montana):
    made = with_image(definition(montana, answers=NONCREDIT), montana)
    row = award(made)
    assert later_credit.granting(montana.offices["um_online"], row) is not None
    with pytest.raises(Refused, match="proposed and approved first"):
        replacing.gain_credit(award=row, grounds=grounds(montana), by=montana.offices["um_online"])
    moved_to_credit(montana, made)
    row = Award.objects.get(pk=row.pk)
    assert [reason.clause for reason in later_credit.gain_reasons(row)] == ["UM-5"]


@pytest.mark.clause("UM-2", "UM-7")
def test_only_the_registrar_gives_credit(montana, held):
    for person in (montana.offices["um_online"], montana.programme_manager, montana.issuer):
        with pytest.raises(PermissionDenied):
            later_credit.gain_credit(award=held, grounds=grounds(montana), by=person)
        assert site_for(person).get(reverse("award_credit", args=[held.pk])).status_code == 403
    assert site_for(montana.stranger).get(reverse("award_credit", args=[held.pk])).status_code == 404


def test_policy_without_it_and_awards_that_ended_are_refused(montana, held, campus):
    deliveries.revoke_award(award=held, reason="Mistake", by=montana.registrar)
    with pytest.raises(Refused, match="revoked, for good"):
        replacing.gain_credit(award=held, grounds=grounds(montana), by=montana.registrar)
    model = campus("model")
    row = award(definition(model))
    with pytest.raises(Refused, match="nothing that was earned without credit"):
        replacing.gain_credit(award=row, grounds=grounds(model), by=model.registrar)
    assert site_for(model.registrar).get(reverse("award_credit", args=[row.pk])).status_code == 404


@pytest.mark.clause("UM-7")
def test_registrar_records_it_on_the_page_of_the_award(montana, held):
    site = site_for(montana.registrar)
    tending, page = reverse("award_tend", args=[held.pk]), reverse("award_credit", args=[held.pk])
    assert page in site.get(tending).content.decode()
    assert "Under Board of Regents policy 304.1." in texts(site.get(page))
    today = montana.institution.today().isoformat()
    sent = {
        "fee_received_on": today, "fee_amount": "45", "fee_reference": "R-17", "assessment": "Project",
        "assessed_on": today, "assessed_by": "Forest Management", "result": "passed",
    }  # fmt: skip
    refused = site.post(page, sent | {"result": " "})
    assert (refused.status_code, refused.context["form"]["fee_reference"].value()) == (409, "R-17")
    done = texts(site.post(page, sent, follow=True))
    assert "It bears credit now." in done
    assert "45.00, received on" in done
    assert "How it gained credit" in done
    assert "How credit was gained for it" in texts(site.get(tending))
    assert "gained credit for it by a further assessment" in texts(
        site_for(held.holder).get(reverse("verify", args=[held.pk]))
    )


@pytest.mark.clause("UM-7")
def test_credit_later_by_the_api(montana, held):
    path = f"/api/v1/awards/{held.pk}/credit/"
    today = montana.institution.today().isoformat()
    refused = api_for(montana.registrar).post(path, {"fee_received_on": today}, format="json")
    assert (refused.status_code, {reason["clause"] for reason in refused.json()["reasons"]}) == (
        409,
        {"UM-7"},
    )
    sent = {
        "fee_received_on": today, "fee_reference": "R-17", "assessment": "Exam", "assessed_on": today,
        "assessed_by": "Forest Management", "result": "B+",
    }  # fmt: skip
    assert api_for(montana.issuer).post(path, sent, format="json").status_code == 403
    assert api_for(montana.stranger).post(path, sent, format="json").status_code == 404
    made = api_for(montana.registrar).post(path, sent, format="json")
    assert (made.status_code, made.json()["credits"], made.json()["notation"]) == (201, "3.00", True)
    assert transcripts.record_notations(
        awards=[Award.objects.get(pk=made.json()["award"])],
        recorded_on=montana.institution.today(),
        by=montana.registrar,
    )
