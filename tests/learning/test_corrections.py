"""What was recorded is corrected or taken back, with a reason, by an assessor of the offering alone."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import IntegrityError

from journal.models import Entry
from learning.actions import changes, completions
from learning.entry import Met
from learning.models import Change
from policies.reasons import Refused
from tests.credentials.support import award, texts
from tests.factories import RoleGrantFactory
from tests.learning.support import DONE, MAP, READ, WHO, met, recorded
from tests.support import api_for, site_for

FEBRUARY = dt.date(2026, 2, 10)


def corrected(completion, by, **values):
    whole = {
        "completed_on": DONE,
        "competencies": [READ],
        "evidence": "Portfolio",
        "reason": "The map was another learner's.",
    }
    return changes.correct(completion=completion, by=by, **(whole | values))


def test_correction_keeps_what_stood_there_and_why(model, offering):
    made = recorded(offering, model.assessor, enrolled=True)
    corrected(made, model.assessor, name="Test Learner-Smith")
    made.refresh_from_db()
    assert (made.learner_name, made.enrolled, met()) == ("Test Learner-Smith", None, {READ: DONE})
    change = Change.objects.get()
    assert (change.act, change.by, change.reason) == (
        "corrected",
        model.assessor,
        "The map was another learner's.",
    )
    assert change.before["competencies"] == {READ: ["2026-03-01", ""], MAP: ["2026-03-01", ""]}
    assert change.after["competencies"] == {READ: ["2026-03-01", ""]}
    entry = Entry.objects.filter(subject_id=offering.definition_id).latest("number")
    assert entry.act == "completion corrected"
    assert entry.detail == {
        "completion": str(made.pk),
        "learner": str(made.learner_id),
        "change": change.pk,
        "changed": ["competencies", "enrolled", "name"],
    }
    assert "Smith" not in entry.canonical
    assert "another" not in entry.canonical


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"reason": " "}, ("reason", "Say why; it is kept with what stood there before.")),
        ({"reason": "x" * 1001}, ("reason", "The reason is longer than 1,000 characters.")),
        ({"competencies": [READ, MAP]}, ("", "Nothing is different from what is recorded.")),
        ({"completed_on": dt.date(2099, 1, 1)}, ("completed_on", "The date lies in the future.")),
        ({"evidence": ""}, ("evidence", "Say what shows it, or give a link to the evidence.")),
    ],
)
def test_correction_that_cannot_be_made_is_told(model, offering, values, expected):
    made = recorded(offering, model.assessor)
    with pytest.raises(Refused) as refused:
        corrected(made, model.assessor, **values)
    assert expected in [(r.field, r.text) for r in refused.value.reasons]
    assert not Change.objects.exists()
    assert met() == {READ: DONE, MAP: DONE}


def test_what_a_badge_rests_on_is_not_corrected(model, offering):
    made = recorded(offering, model.assessor)
    award(offering.definition, made.learner)
    with pytest.raises(Refused) as refused:
        corrected(made, model.assessor)
    assert "revoke it instead" in refused.value.reasons[0].text


def test_withdrawal_needs_a_reason_and_keeps_it(model, offering):
    made = recorded(offering, model.assessor)
    with pytest.raises(Refused):
        changes.withdraw(completion=made, reason=" ", by=model.assessor)
    changes.withdraw(completion=made, reason="Wrong group", by=model.assessor)
    change = Change.objects.get()
    assert (change.act, change.reason, change.before["completed_on"]) == (
        "withdrawn",
        "Wrong group",
        "2026-03-01",
    )
    with pytest.raises(Refused) as refused:
        corrected(made, model.assessor)
    assert "taken back already" in refused.value.reasons[0].text


@pytest.mark.parametrize("who", ["programme_manager", "issuer", "registrar", "administrator", "stranger"])
def test_nobody_else_corrects_or_takes_back(model, offering, who):
    made, person = recorded(offering, model.assessor), getattr(model, who)
    with pytest.raises(PermissionDenied):
        corrected(made, person)
    with pytest.raises(PermissionDenied):
        changes.withdraw(completion=made, reason="Mine", by=person)
    for act in ("correct", "withdraw"):
        body = {"completed_on": None, "competencies": [], "reason": "Mine"}
        answer = api_for(person).post(f"/api/v1/completions/{made.pk}/{act}/", body, format="json")
        assert answer.status_code == (404 if who == "stranger" else 403)
        page = site_for(person).get(f"/offerings/completions/{made.pk}/{act}/")
        assert page.status_code == (404 if who == "stranger" else 403)


def test_assessor_of_another_offering_is_not_one_of_this(model, offering):
    other = RoleGrantFactory(institution=model.institution, role="assessor", unit=model.unit).person
    made = recorded(offering, model.assessor)
    with pytest.raises(PermissionDenied):
        completions.record_many(offering=offering, entries=[], by=other)
    with pytest.raises(PermissionDenied):
        corrected(made, other)
    for path in (f"/offerings/{offering.pk}/list.csv", f"/offerings/completions/{made.pk}/correct/"):
        assert site_for(other).get(path).status_code in (403, 404)
    assert site_for(other).post(f"/offerings/{offering.pk}/list/", {"text": "email\n"}).status_code == 403


def test_the_database_keeps_a_reason_with_each_change(model, offering):
    made = recorded(offering, model.assessor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.create(
            completion=made, act="corrected", reason="", by=model.assessor, at=made.recorded_at
        )


# --- on the page and by the API -----------------------------------------------------------------


def test_form_corrects_with_what_stands_recorded(model, offering):
    made = recorded(offering, model.assessor, competencies=[Met(READ, FEBRUARY)])
    site, path = site_for(model.assessor), f"/offerings/completions/{made.pk}/correct/"
    form = site.get(path).context["form"]
    assert {name: form[name].value() for name in ("name", "completed_on", "met_1", "met_1_on", "met_2")} == {
        "name": "Test learner", "completed_on": DONE, "met_1": True, "met_1_on": FEBRUARY, "met_2": None,
    }  # fmt: skip
    sent = {"name": "Test learner", "completed_on": "2026-03-01", "met_1": "on", "met_2": "on"}
    sent |= {
        "met_1_on": "2026-02-10",
        "met_2_on": "2026-03-09",
        "evidence": "Portfolio",
        "enrolled": "unknown",
    }
    refused = site.post(path, sent)
    assert refused.status_code == 409
    assert set(refused.context["form"].errors) == {"reason"}
    late = site.post(path, sent | {"reason": "Shown later"})
    assert late.context["form"].errors == {"met_2_on": [f"{MAP}: The date lies after the day of completion."]}
    done = site.post(path, sent | {"reason": "Shown later", "met_2_on": "2026-02-20"}, follow=True)
    assert "Corrected: Test learner." in texts(done)
    assert met() == {READ: FEBRUARY, MAP: dt.date(2026, 2, 20)}
    assert "Shown later" in texts(site.get(path))


def test_api_records_in_part_corrects_and_takes_back(model, offering):
    api = api_for(model.assessor)
    body = {"offering": str(offering.pk), "name": "Test learner", "email": WHO}
    first = api.post(
        "/api/v1/completions/",
        body
        | {"competencies": [{"name": READ, "met_on": "2026-02-10", "evidence": "Oral"}], "enrolled": True},
        format="json",
    )
    assert first.status_code == 201
    assert first.json()["completed_on"] is None
    assert first.json()["met"] == [
        {"competency": READ, "met_on": "2026-02-10", "level": "", "evidence": "Oral"}
    ]
    again = api.post("/api/v1/completions/", body | {"competencies": [READ], "evidence": "x"}, format="json")
    assert again.status_code == 409
    path = f"/api/v1/completions/{first.json()['id']}/"
    change = {"completed_on": "2026-03-01", "competencies": [READ, MAP], "evidence": "Portfolio"}
    refused = api.post(f"{path}correct/", change, format="json")
    assert [(r["field"], r["text"]) for r in refused.json()["reasons"]] == [
        ("reason", "Say why; it is kept with what stood there before.")
    ]
    done = api.post(f"{path}correct/", change | {"reason": "Completed"}, format="json")
    assert (done.status_code, done.json()["completed_on"], len(done.json()["met"])) == (200, "2026-03-01", 2)
    assert api.post(f"{path}correct/", {"competencies": [], "reason": "x"}, format="json").status_code == 400
    assert api.post(f"{path}withdraw/", {"reason": "Wrong group"}, format="json").status_code == 200
    assert api.get("/api/v1/completions/").json()["count"] == 0
