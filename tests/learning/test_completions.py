"""Recorded completion: who records it, with what evidence, what is refused, how it is taken back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from journal import clock
from journal.models import Entry
from learning.actions import changes, offerings
from learning.models import CompetencyMet, Completion
from learning.reading import completions_for
from policies.reasons import Refused
from tests.credentials.support import award, definition, texts
from tests.factories import RoleGrantFactory
from tests.learning.support import DONE, MAP, READ, STARTED, recorded
from tests.support import site_for


def reasons(model, offering, **changes):
    with pytest.raises(Refused) as refused:
        recorded(offering, model.assessor, **changes)
    assert not Completion.objects.exists()
    return [(reason.field, reason.text) for reason in refused.value.reasons]


def test_named_assessor_records_a_completion(model, offering):
    made = recorded(offering, model.assessor, enrolled=True)
    assert (made.learner_name, made.learner.email) == ("Test learner", "fires@learner.example")
    assert (made.completed_on, made.evidence, made.enrolled) == (DONE, "Portfolio", True)
    assert made.learner.learner_since is not None
    assert not made.learner.has_usable_password()
    assert sorted(CompetencyMet.objects.values_list("competency", flat=True)) == [MAP, READ]
    entry = Entry.objects.filter(subject_id=offering.definition_id).latest("number")
    assert entry.act == "completion recorded"
    assert entry.detail == {"completion": str(made.pk), "learner": str(made.learner_id)}


def test_only_the_competencies_shown_are_met(model, offering):
    recorded(offering, model.assessor, competencies=[READ, READ])
    recorded(offering, model.assessor, email="other@learner.example", competencies=[])
    assert list(CompetencyMet.objects.values_list("competency", flat=True)) == [READ]


@pytest.mark.parametrize("who", ["programme_manager", "issuer", "registrar", "administrator", "stranger"])
def test_nobody_else_records(model, offering, who):
    with pytest.raises(PermissionDenied):
        recorded(offering, getattr(model, who))


def test_assessor_not_named_for_it_does_not_record(model, offering):
    other = RoleGrantFactory(institution=model.institution, role="assessor", unit=model.unit).person
    with pytest.raises(PermissionDenied):
        recorded(offering, other)


def test_assessor_never_records_for_themselves(model, offering):
    assert reasons(model, offering, email=model.assessor.email.upper()) == [
        ("email", "Someone else must record your own completion.")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, ("name", "Write the learner's name.")),
        ({"name": "x" * 201}, ("name", "The name is longer than 200 characters.")),
        ({"name": "Ding\x07"}, ("name", "The name holds characters that cannot be printed.")),
        ({"email": " "}, ("email", "Write the learner's e-mail address.")),
        ({"email": "nonsense"}, ("email", "“nonsense” is not an e-mail address.")),
        ({"completed_on": STARTED - dt.timedelta(days=1)},
         ("completed_on", "The date lies before the offering began.")),
        ({"completed_on": dt.date(2099, 1, 1)}, ("completed_on", "The date lies in the future.")),
        ({"evidence": " "}, ("evidence", "Say what shows it, or give a link to the evidence.")),
        ({"evidence": "a\x00b"}, ("evidence", "The text holds characters that cannot be printed.")),
        ({"evidence_url": "ftp://work.example/map"},
         ("evidence_url", "The link must be an address that begins with https://.")),
        ({"evidence_url": "https://work.example/a b"},
         ("evidence_url", "The link must be an address that begins with https://.")),
        ({"competencies": ["Fly"]}, ("competencies", "“Fly” is not one of this credential's competencies.")),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_told_with_its_field(model, offering, changes, expected):
    assert reasons(model, offering, **changes) == [expected]


def test_mistakes_are_told_together(model, offering):
    found = reasons(model, offering, name="", email="", evidence="", completed_on=dt.date(2099, 1, 1))
    assert [field for field, _ in found] == ["name", "email", "completed_on", "evidence"]


def test_link_alone_is_evidence_enough(model, offering):
    made = recorded(offering, model.assessor, evidence="", evidence_url="https://work.example/map?a=1")
    assert made.evidence_url == "https://work.example/map?a=1"


def test_today_is_the_campuss_day(campus):
    montana = campus("montana")
    evening = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # 1 March in the Rocky Mountains
    with clock.at(evening):
        run = offerings.open_offering(
            definition=definition(montana),
            title="Run",
            starts_on=STARTED,
            assessors=[montana.assessor],
            by=montana.issuer,
        )
        with pytest.raises(Refused):
            recorded(run, montana.assessor, completed_on=dt.date(2026, 3, 2))
        recorded(run, montana.assessor, completed_on=dt.date(2026, 3, 1))


def test_a_learner_completes_an_offering_once(model, offering):
    recorded(offering, model.assessor)
    with pytest.raises(Refused) as refused:
        recorded(offering, model.assessor, email="FIRES@learner.example")
    assert refused.value.reasons[0].text == (
        "This learner's completion is recorded already. Correct it instead."
    )
    assert Completion.objects.count() == 1


def test_requests_read_the_newest_standing_completion(model, offering):
    old = recorded(offering, model.assessor, competencies=[READ])
    assert completions_for(offering.definition, ["fires@learner.example"])[
        "fires@learner.example"
    ].competencies == {READ}
    changes.withdraw(completion=old, reason="Wrong group", by=model.assessor)
    assert completions_for(offering.definition, ["fires@learner.example"]) == {}
    new = recorded(offering, model.assessor)
    found = completions_for(offering.definition, ["fires@learner.example"])["fires@learner.example"]
    assert (found.completion_id, found.competencies) == (new.pk, {READ, MAP})


# --- taking back --------------------------------------------------------------------------------


def test_mistake_is_taken_back_and_stays_in_the_record(model, offering):
    made = recorded(offering, model.assessor)
    first = changes.withdraw(completion=made, reason="Wrong group", by=model.assessor).withdrawn_at
    assert changes.withdraw(completion=made, reason="Wrong group", by=model.assessor).withdrawn_at == first
    assert [e.act for e in Entry.objects.filter(subject_id=offering.definition_id).order_by("number")][
        -2:
    ] == [
        "completion recorded",
        "completion withdrawn",
    ]
    recorded(offering, model.assessor)


def test_completion_behind_a_badge_is_not_taken_back(model, offering):
    made = recorded(offering, model.assessor)
    award(offering.definition, made.learner)
    with pytest.raises(Refused) as refused:
        changes.withdraw(completion=made, reason="Wrong group", by=model.assessor)
    assert "revoke it instead" in refused.value.reasons[0].text


def test_only_a_named_assessor_takes_back(model, offering):
    made = recorded(offering, model.assessor)
    with pytest.raises(PermissionDenied):
        changes.withdraw(completion=made, reason="Wrong group", by=model.programme_manager)
    path = f"/offerings/completions/{made.pk}/withdraw/"
    assert site_for(model.programme_manager).post(path).status_code == 403
    assert site_for(model.proposer).post(path).status_code == 404
    assert site_for(model.stranger).get(path).status_code == 404
    site = site_for(model.assessor)
    assert "Take back this completion?" in texts(site.get(path))
    assert site.post(path, {"reason": " "}).status_code == 409
    assert "Taken back: the completion of Test learner." in texts(
        site.post(path, {"reason": "Wrong group"}, follow=True)
    )
    assert site.get(path).status_code == 404
