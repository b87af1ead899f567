"""What stands against a request, line by line and as a whole, with the clause."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Qualification
from credentials.models import Award, Standing
from issuance import awarding
from issuance.actions import requests
from issuance.checking import checks, duplicates
from issuance.checking.typed import Line
from issuance.requesters import requestable
from learning.models import CompetencyMet, Completion
from learning.readiness import Readiness
from learning.reading import completions_for
from policies.schema import Condition
from tests.issuance.support import approved, credential, learners

pytestmark = pytest.mark.django_db


def said(verdict):
    """{line: [(clause, text)]}."""
    return {n: [(r.clause, r.text) for r in found] for n, found in verdict.lines.items()}


def shown_of(definition):
    """What is recorded of learner 1."""
    return completions_for(definition, ["learner1@learners.example"])["learner1@learners.example"]


def one(place, definition, **line):
    """The verdict on one line that names learner 1."""
    values = {"number": 2, "name": "Test learner 1", "email": "learner1@learners.example"} | line
    return said(checks.check(definition, [Line(**values)], place.issuer)).get(2, [])


@pytest.fixture
def boulder(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 3)
    return place, definition


def test_good_line_has_nothing_against_it(boulder):
    place, definition = boulder
    lines = [Line(2, "Test learner 1", "LEARNER1@Learners.example ")]
    assert checks.check(definition, lines, place.issuer).ok
    [(_part, verdict)] = checks.in_parts(definition, lines)
    assert verdict.completions["learner1@learners.example"].name == "Test learner 1"


@pytest.mark.parametrize(
    "line, clause, text",
    [
        ({"name": " "}, "CUB-12", "Write the learner's name."),
        ({"name": "x" * 201}, "CUB-12", "The name is longer than 200 characters."),
        ({"name": "a\x00b"}, "CUB-12", "There are control characters in the name. Write it anew."),
        ({"name": "a\ud800b"}, "CUB-12", "There are control characters in the name. Write it anew."),
        ({"name": "=1+1"}, "CUB-12", "The name begins like a spreadsheet formula; write it as plain text."),
        ({"email": ""}, "CUB-12", "Write the learner's e-mail address."),
        ({"email": "a b@c.example"}, "CUB-12", "“a b@c.example” is not an e-mail address."),
        (
            {"email": f"{'x' * 64}@{'y' * 63}.{'y' * 63}.{'y' * 63}.example"},
            "CUB-12",
            "is not an e-mail address.",
        ),
        ({"evidence_url": "javascript:alert(1)"}, "", "must be a web address that begins with https://."),
        ({"evidence_url": "https://a b"}, "", "must be a web address that begins with https://."),
        ({"evidence_url": "https://x/" + "y" * 500}, "", "is longer than 500 characters."),
        ({"narrative": "x" * 2001}, "", "The narrative is longer than 2,000 characters."),
        ({"narrative": "a\x07"}, "", "There are control characters in the narrative. Write it anew."),
        ({"email": "new@learners.example"}, "CUB-18", "No completion is recorded for this learner."),
    ],
)
def test_line_with_something_wrong_is_said_with_its_clause(boulder, line, clause, text):
    found = one(*boulder, **line)
    assert [c for c, _ in found] == [clause]
    assert text in found[0][1]


@pytest.mark.parametrize("name", ["Ø", "李小龙", "مريم", "O’Neill-Łuczak", "X Æ A-12", "José 🎓"])
def test_names_in_any_script_are_good(boulder, name):
    assert one(*boulder, name=name) == []


@pytest.mark.parametrize("email", ["Learner1@LEARNERS.example", " learner1@learners.example\t"])
def test_address_in_other_case_or_with_spaces_is_the_same_address(boulder, email):
    assert one(*boulder, email=email) == []


def test_address_that_stands_twice_is_refused_on_both_lines(boulder):
    place, definition = boulder
    lines = [
        Line(2, "Test learner 1", "learner1@learners.example"),
        Line(3, "The same", "LEARNER1@learners.example"),
    ]
    assert set(said(checks.check(definition, lines, place.issuer))) == {2, 3}


def test_no_lines_and_too_many_are_refused(boulder, monkeypatch):
    place, definition = boulder
    assert [r.text for r in checks.check(definition, [], place.issuer).reasons] == [
        "Name at least one recipient."
    ]
    monkeypatch.setattr(checks, "MAX_LINES", 2)
    reasons = checks.check(definition, [Line(n, "x", "y") for n in range(3)], place.issuer).reasons
    assert [r.text for r in reasons] == ["A request holds at most 2 recipients; split the list."]


def test_completion_that_was_withdrawn_does_not_count(boulder):
    Completion.objects.update(withdrawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert one(*boulder) == [("CUB-18", "No completion is recorded for this learner.")]


def test_badge_held_already_is_refused_until_it_is_revoked(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    awarding.run(approved(place, 1, definition).job.pk)
    assert one(place, definition) == [("", duplicates.HOLDS)]
    Award.objects.update(
        revoked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), revoked_by=place.registrar, revocation_reason="X"
    )
    assert one(place, definition) == []


def test_person_in_another_open_request_is_refused(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    request = requests.submit(definition=definition, lines=learners(definition, 1), by=place.issuer)
    assert one(place, definition) == [("", duplicates.WAITS)]
    requests.cancel(request=request, by=place.issuer)
    assert one(place, definition) == []


@pytest.mark.parametrize(
    "met, text",
    [((), "Reads data; Questions data; Explains data"), (("Reads data",), "Questions data; Explains data")],
)
def test_competencies_that_are_not_recorded_are_named(boulder, met, text):
    """No pack of these three asks for mastery; the rule is there for those that do."""
    _place, definition = boulder
    rules = checks.pack_of(definition).issuance.model_copy(
        update={"mastery_required": True, "mastery_clause": "X-1"}
    )
    CompetencyMet.objects.exclude(competency__in=met).delete()
    found = Readiness(definition, rules).problems(shown_of(definition))
    assert [(r.clause, r.text) for r in found] == [("X-1", f"Not recorded as met: {text}.")]


@pytest.mark.parametrize("enrolled, refused", [(True, False), (False, True), (None, True)])
def test_eligibility_is_asked_for_where_the_pack_says_so(campus, enrolled, refused):
    place = campus("cu_boulder")
    definition = credential(place, answers={"about": {"credit": "credit"}})
    learners(definition, 1, enrolled=enrolled)
    when = Condition(field="about.credit", any_of=["credit"])
    rules = checks.pack_of(definition).issuance.model_copy(
        update={"eligibility_when": when, "eligibility_clause": "X-2"}
    )
    found = Readiness(definition, rules).problems(shown_of(definition))
    assert [r.clause for r in found] == (["X-2"] if refused else [])


def test_untrained_issuer_is_refused_where_training_is_asked_for(campus):
    boulder, montana = campus("cu_boulder"), campus("montana")
    found = checks.request_reasons(credential(boulder), boulder.untrained_issuer)
    assert [r.clause for r in found] == ["CUB-11"]
    assert checks.request_reasons(credential(montana), montana.untrained_issuer) == []


def test_training_that_has_ended_does_not_count(campus):
    place = campus("cu_boulder")
    Qualification.objects.update(ends_on=dt.date(2020, 12, 31))
    assert [r.clause for r in checks.request_reasons(credential(place), place.issuer)] == ["CUB-11"]


@pytest.mark.parametrize(
    "moment, refused",
    [
        ("2026-05-08T23:59:00-06:00", False),  # the pilot's last day, in Denver
        ("2026-05-09T00:01:00-06:00", True),
        ("2026-05-09T05:59:00+00:00", False),  # past midnight in UTC, not yet in Denver
    ],
)
def test_pilot_ends_with_its_last_day_on_the_campus(campus, moment, refused):
    place = campus("montana")
    definition = credential(place, standing=Standing.PILOT, until=dt.date(2026, 5, 8))
    with time_machine.travel(moment, tick=False):
        assert bool(checks.definition_reasons(definition)) is refused


@pytest.mark.parametrize(
    "standing, refused",
    [
        ("draft", True),
        ("pilot", False),
        ("established", False),
        ("teach_out", False),
        ("suspended", True),
        ("lapsed", True),
        ("retired", True),
    ],
)
def test_standing_decides_whether_badges_may_be_awarded(campus, standing, refused):
    place = campus("model")
    definition = credential(place, standing=Standing(standing), until=dt.date(2999, 1, 1))
    assert bool(checks.definition_reasons(definition)) is refused


@pytest.mark.parametrize(
    "pack, may",
    [
        ("cu_boulder", {"issuer", "untrained_issuer"}),
        ("montana", {"issuer", "untrained_issuer", "programme_director"}),
        ("model", {"issuer", "untrained_issuer"}),
    ],
)
def test_those_may_request_whom_the_pack_names(campus, pack, may):
    place = campus(pack)
    definition = credential(place)
    assert {who for who, person in place.people.items() if checks.may_request(person, definition)} == may
    assert {who for who, person in place.people.items() if requestable(person)} == may
    assert not checks.may_request(place.stranger, definition)


def test_issuer_of_another_unit_may_not_request(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    definition.unit = place.college  # above the issuer's own department
    definition.save()
    assert not checks.may_request(place.issuer, definition)
    assert requestable(place.issuer) == []


def test_check_takes_the_same_queries_for_three_and_300_lines(campus):
    place, taken = campus("cu_boulder"), []
    definition = credential(place)
    lines = learners(definition, 300)
    checks.check(definition, lines[:1], place.issuer)
    for count in (3, 300):
        with CaptureQueriesContext(connection) as queries:
            checks.check(definition, lines[:count], place.issuer)
        taken.append(len(queries))
    assert taken[0] == taken[1]
