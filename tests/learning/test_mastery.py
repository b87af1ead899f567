"""Mastery in part: competencies one by one, what is missing by which clause, under the version in force."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials.actions import definitions
from journal.models import Entry
from learning.actions import changes
from learning.entry import NOTHING, Met
from learning.models import CompetencyMet, Completion
from policies.reasons import Refused
from tests.credentials.support import APPROVALS, award, definition, facts, texts
from tests.learning.support import DONE, MAP, READ, STARTED, met, missing, partly, recorded, run_of
from tests.support import api_for, site_for

FEBRUARY, MARCH = dt.date(2026, 2, 10), dt.date(2026, 3, 5)


# --- a part of it -------------------------------------------------------------------------------


def test_competencies_are_recorded_one_by_one_with_their_days_and_evidence(model, offering):
    first = partly(offering, model.assessor, Met(READ, FEBRUARY, "Oral examination"), evidence="")
    assert (first.completed_on, first.evidence) == (None, "")
    second = partly(offering, model.assessor, Met(MAP, MARCH, "A map"), evidence="")
    assert second.pk == first.pk
    assert met() == {READ: FEBRUARY, MAP: MARCH}
    assert list(CompetencyMet.objects.values_list("evidence", "recorded_by")) == [
        ("Oral examination", model.assessor.pk),
        ("A map", model.assessor.pk),
    ]
    done = recorded(offering, model.assessor, completed_on=MARCH, competencies=[])
    assert (done.pk, done.completed_on) == (first.pk, MARCH)
    acts = Entry.objects.filter(subject_id=offering.definition_id).order_by("number")
    assert list(acts.values_list("act", flat=True))[-3:] == [
        "mastery recorded",
        "mastery recorded",
        "completion recorded",
    ]


def test_competency_without_a_day_counts_on_the_day_of_completion(model, offering):
    recorded(offering, model.assessor, competencies=[Met(READ, FEBRUARY), MAP])
    assert met() == {READ: FEBRUARY, MAP: DONE}


def test_enrolment_alone_is_recorded_without_evidence(model, offering):
    made = partly(offering, model.assessor, enrolled=True, evidence="")
    assert (made.enrolled, made.completed_on) == (True, None)


def test_earlier_enrolment_stays_unless_something_else_is_said(model, offering):
    partly(offering, model.assessor, enrolled=True, evidence="")
    assert recorded(offering, model.assessor).enrolled is True


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"competencies": []}, ("completed_on", NOTHING)),
        ({"competencies": [READ], "evidence": ""},
         ("evidence", "Say what shows it, or give a link to the evidence.")),
        ({"competencies": [Met(READ, None, "Work"), Met(MAP)], "evidence": ""},
         ("evidence", "Say what shows it, or give a link to the evidence.")),
        ({"competencies": [Met(READ, dt.date(2099, 1, 1))]},
         ("competencies.1", f"{READ}: The date lies in the future.")),
        ({"competencies": [READ, Met(MAP, STARTED - dt.timedelta(days=1))]},
         ("competencies.2", f"{MAP}: The date lies before the offering began.")),
        ({"competencies": [Met(READ, MARCH)], "completed_on": DONE},
         ("competencies.1", f"{READ}: The date lies after the day of completion.")),
        ({"competencies": [Met(READ, None, "a\x00b")]},
         ("competencies.1", f"{READ}: The evidence holds characters that cannot be printed.")),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_told_with_its_field(model, offering, values, expected):
    with pytest.raises(Refused) as refused:
        recorded(offering, model.assessor, **({"completed_on": None} | values))
    assert [(r.field, r.text) for r in refused.value.reasons] == [expected]
    assert not Completion.objects.exists()


def test_nothing_new_and_nothing_after_completion_is_recorded(model, offering):
    partly(offering, model.assessor, READ)
    with pytest.raises(Refused) as refused:
        partly(offering, model.assessor, READ)
    assert refused.value.reasons[0].text == "All of this is recorded already."
    recorded(offering, model.assessor)
    with pytest.raises(Refused) as refused:
        partly(offering, model.assessor, MAP)
    assert "Correct it instead." in refused.value.reasons[0].text


# --- what is missing, by which clause -----------------------------------------------------------


@pytest.mark.clause("UCR-6")
def test_badge_waits_for_completion_and_every_competency(campus):
    place = campus("uc_riverside")
    made = definition(place)
    run = run_of(place, made)
    assert missing(made) == [("UCR-6", "No completion is recorded for this learner.")]
    partly(run, place.assessor, READ)
    assert missing(made) == [
        ("UCR-6", "The learner has not completed the programme yet."),
        ("UCR-6", f"Not recorded as met: {MAP}."),
    ]
    recorded(run, place.assessor, competencies=[])
    assert missing(made) == [("UCR-6", f"Not recorded as met: {MAP}.")]


@pytest.mark.clause("UCR-7")
@pytest.mark.parametrize(("enrolled", "refused"), [(True, False), (False, True), (None, True)])
def test_where_coursework_bears_credit_only_enrolled_students_are_awarded(campus, enrolled, refused):
    place = campus("uc_riverside")
    when = place.pack.issuance.eligibility_when
    section, _, name = when.field.partition(".")
    made = approved(place, {section: {name: when.any_of[0]}})
    recorded(run_of(place, made), place.assessor, enrolled=enrolled)
    expected = [("UCR-7", "Not confirmed as an eligible enrolled student.")] if refused else []
    assert missing(made) == expected


@pytest.mark.clause("UCR-7")
def test_without_required_coursework_nobody_is_asked_for_enrolment(campus):
    place = campus("uc_riverside")
    made = definition(place)
    recorded(run_of(place, made), place.assessor)
    assert missing(made) == []


@pytest.mark.clause("FIU-15")
def test_competencies_met_in_two_runs_count_together(campus):
    place = campus("florida_international")
    made = definition(place)
    partly(run_of(place, made), place.assessor, READ)
    assert [clause for clause, _ in missing(made)] == ["FIU-15", "FIU-15"]
    recorded(run_of(place, made), place.assessor, competencies=[MAP])
    assert missing(made) == []


@pytest.mark.clause("CUB-18", "UM-25")
@pytest.mark.parametrize(("pack", "clause"), [("cu_boulder", "CUB-18"), ("montana", "UM-25")])
def test_learner_on_the_way_has_not_completed(campus, pack, clause):
    place = campus(pack)
    made = definition(place)
    partly(run_of(place, made), place.assessor, READ, MAP)
    assert (clause, "The learner has not completed the programme yet.") in missing(made)


def test_completion_of_the_future_or_from_before_the_offering_does_not_count(campus):
    place = campus("cu_boulder")
    made = definition(place)
    recorded(run_of(place, made), place.assessor)
    Completion.objects.update(completed_on=dt.date(2099, 1, 1))
    assert missing(made) == [("CUB-18", "The completion is dated in the future.")]
    Completion.objects.update(completed_on=STARTED - dt.timedelta(days=1))
    assert missing(made) == [("CUB-18", "The completion is dated before the offering began.")]


# --- under the version in force -----------------------------------------------------------------


def approved(place, answers=None, made=None, **changed):
    """The credential with a further version of these answers."""
    made = made or definition(place)
    return definitions.approve(
        definition=made,
        institution=place.institution,
        unit=place.unit,
        type=place.pack.types[0].id,
        facts=facts(**changed),
        answers=answers or {},
        policy=place.institution.policy,
        proposal_id=made.current.proposal_id,
        revision_hash="1" * 64,
        approvals=APPROVALS,
        badge=True,
        notation=False,
        by=place.programme_manager,
    )


@pytest.mark.clause("CUB-18")
def test_completion_under_other_requirements_must_be_confirmed(campus):
    place = campus("cu_boulder")
    made = definition(place)
    recorded(run_of(place, made), place.assessor)
    same = approved(place, made=made, title="A better title")
    assert missing(same) == []
    other = approved(place, made=same, criteria="Explain five data sets.")
    assert missing(other) == [
        (
            "CUB-18",
            "Recorded under other requirements than those in force (version 3); an assessor must confirm it.",
        )
    ]
    completion = Completion.objects.get()
    changes.correct(
        completion=completion,
        completed_on=DONE,
        competencies=[READ, MAP],
        evidence="Portfolio and two further data sets",
        reason="Shown under the new criteria",
        by=place.assessor,
    )
    assert missing(other) == []


# --- on the page --------------------------------------------------------------------------------


def test_page_says_per_learner_what_is_missing_with_its_clause(campus):
    place = campus("uc_riverside")
    made = definition(place)
    run = run_of(place, made)
    partly(run, place.assessor, READ)
    recorded(run, place.assessor, email="other@learner.example", name="Ready learner")
    held = recorded(run, place.assessor, email="third@learner.example", name="Has it")
    award(made, held.learner)
    page = site_for(place.assessor).get(f"/offerings/{run.pk}/")
    words = texts(page)
    assert [row["is"].state for row in page.context["rows"]] == ["holds", "ready", "on_the_way"]
    for text in (
        "Not completed yet",
        "1 of 2 competencies",
        f"Not recorded as met: {MAP}.",
        "UCR-6",
        "May be awarded",
    ):
        assert text in words
    assert "#UCR-6" in page.content.decode()
    answer = api_for(place.assessor).get(f"/api/v1/offerings/{run.pk}/progress/").json()["results"]
    assert [(row["state"], [r["clause"] for r in row["missing"]]) for row in answer] == [
        ("holds", []),
        ("ready", []),
        ("on_the_way", ["UCR-6", "UCR-6"]),
    ]
    assert api_for(place.stranger).get(f"/api/v1/offerings/{run.pk}/progress/").status_code == 404
    assert api_for(place.proposer).get(f"/api/v1/offerings/{run.pk}/progress/").json()["count"] == 0


def test_page_takes_as_many_queries_for_three_learners_as_for_one(campus):
    place = campus("uc_riverside")
    run, counts = run_of(place, definition(place)), []
    site = site_for(place.assessor)
    for number, more in enumerate((1, 2)):
        for n in range(more):
            partly(run, place.assessor, READ, email=f"l{number}{n}@learner.example")
        site.get(f"/offerings/{run.pk}/")
        with CaptureQueriesContext(connection) as queries:
            site.get(f"/offerings/{run.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
