"""Goals and metrics of success: counted by the worker, reported by period, adjusted with a reason that is kept."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from credentials.models import Standing
from evaluation.actions import goals, measuring
from evaluation.models import Goal, Measured, Metric
from issuance.models import DayFigure
from journal import clock
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import definition, nothing_written, texts
from tests.factories import RoleGrantFactory
from tests.support import api_for, queries_of, site_for

NOON = dt.datetime(2026, 5, 15, 12, tzinfo=dt.UTC)
SAYS = "Offer a strong portfolio of micro-credentials"


@pytest.fixture
def denver(campus):
    with clock.at(NOON):
        yield campus("cu_denver")


def goal(campus, says=SAYS, **changes):
    values = {"measure": "offered", "period": "month", "direction": "at_least", "target": 3} | changes
    return goals.set_goal(institution=campus.institution, says=says, by=campus.programme_manager, **values)


def adjusted(made, campus, **changes):
    values = {
        "seen": 1,
        "measure": "offered",
        "period": "month",
        "direction": "at_least",
        "target": 5,
        "reason": "Two more units joined.",
    }
    return goals.adjust(goal=made, by=campus.programme_manager, **values | changes)


def figure(made, name, day, value, part=""):
    DayFigure.objects.create(definition=made, figure=name, day=day, value=value, part=part)


def lines(site, made):
    """The rows of a goal's CSV without its heading."""
    text = site.get(f"/admin/goals/{made.pk}.csv").content.decode("utf-8-sig")
    return [line.split(",") for line in text.strip().splitlines()[1:]]


@pytest.mark.clause("CUD-6")
def test_a_goal_is_reported_by_period_beside_the_target_that_was_in_force(denver):
    for number, day in enumerate((dt.date(2026, 3, 9), dt.date(2026, 4, 20), dt.date(2026, 5, 2))):
        with clock.at(dt.datetime.combine(day, dt.time(12), dt.UTC)):
            definition(denver, title=f"Credential {number}")
    definition(denver, Standing.DRAFT, title="Not approved")
    with clock.at(dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)):
        made = goal(denver, target=2)
    adjusted(made, denver, target=5, reason="Two more units joined.")
    assert measuring.measure_all() == 1
    site = site_for(denver.programme_manager)
    assert lines(site, made)[-4:] == [
        ["February 2026", "0", "At least 2", "Not reached."],
        ["March 2026", "1", "At least 2", "Not reached."],
        ["April 2026", "2", "At least 2", "Reached."],
        ["May 2026", "3", "At least 5", "Not reached."],
    ]
    with nothing_written():
        words = texts(site.get("/admin/goals/"))
    assert SAYS in words
    assert "May 2026 so far: 3. Target: at least 5. Not reached." in words
    assert "Micro-credentials offered at the end of the period, each month: at least 5" in words
    assert "Why: Two more units joined." in words
    assert "each month: at least 2" in words  # the metric before it is kept
    assert "Strategic goals and metrics of success are set" in words  # the clause's own words


@pytest.mark.clause("CUD-6")
def test_an_adjustment_without_a_reason_or_of_a_stale_page_is_refused_and_nothing_is_lost(denver):
    made = goal(denver)
    cases = {
        "Say why": {"reason": "  "},
        "Nothing would change": {"target": 3},
        "Somebody adjusted it meanwhile": {"seen": 7},
        "Give a whole number": {"target": -1},
        "from 0 to 100": {"measure": "accepted", "target": 101},
        "Choose one of the measures": {"measure": "happiness"},
        "Choose how often": {"period": "decade"},
        "Choose at least": {"direction": "sideways"},
        "1,000 characters": {"reason": "x" * 1001},
    }
    for said, changes in cases.items():
        with pytest.raises(Refused) as refused:
            adjusted(made, denver, **changes)
        assert said in " ".join(reason.text for reason in refused.value.reasons), said
    assert list(Metric.objects.values_list("number", "target", "reason")) == [(1, 3, "")]
    adjusted(made, denver)
    goals.give_up(goal=made, reason="It is reached for good.", by=denver.programme_manager)
    for act in (
        lambda: adjusted(made, denver, seen=2, target=9),
        lambda: goals.give_up(goal=made, reason="Again", by=denver.programme_manager),
    ):
        with pytest.raises(Refused, match="given up"):
            act()
    assert [(m.number, m.target, m.reason) for m in made.metrics.order_by("number")] == [
        (1, 3, ""), (2, 5, "Two more units joined."),
    ]  # fmt: skip
    acts = (
        Entry.objects.filter(subject_id=denver.institution.pk)
        .order_by("number")
        .values_list("act", flat=True)
    )
    assert list(acts)[-3:] == ["goal set", "metric adjusted", "goal given up"]
    assert "It is reached for good." in texts(site_for(denver.programme_manager).get("/admin/goals/"))


def test_a_goal_is_set_once_and_in_words(denver):
    goal(denver)
    for says, said in ((SAYS, "set already"), (" ", "in a sentence"), ("x" * 301, "300")):
        with pytest.raises(Refused, match=said):
            goal(denver, says=says)
    with pytest.raises(PermissionDenied):
        goals.set_goal(
            institution=denver.institution,
            says="Mine",
            measure="offered",
            period="month",
            direction="at_least",
            target=1,
            by=denver.issuer,
        )


def test_few_learners_are_not_told_and_nothing_is_not_zero(denver):
    made, site = definition(denver), site_for(denver.programme_manager)
    figure(made, "issued", dt.date(2026, 5, 4), 3)
    few, share = (
        goal(denver, measure="awarded"),
        goal(denver, "Have them taken", measure="accepted", target=50),
    )
    measuring.measure_all()
    assert lines(site, few)[-1] == ["May 2026", "fewer than 5", "At least 3", ""]
    assert lines(site, share)[-2:] == [
        ["April 2026", "nothing to measure", "At least 50 %", ""],
        ["May 2026", "fewer than 5 learners", "At least 50 %", ""],
    ]


def test_periods_that_are_over_keep_what_was_counted(denver):
    made = definition(denver)
    figure(made, "views", dt.date(2026, 2, 3), 7)
    figure(made, "views", dt.date(2026, 4, 3), 7)
    goal(denver, measure="views")
    measuring.measure_all()
    DayFigure.objects.update(value=9)
    measuring.measure_all()
    found = dict(Measured.objects.filter(value__gt=0).values_list("starts_on", "value"))
    assert found == {dt.date(2026, 2, 1): 7, dt.date(2026, 4, 1): 9}


def test_pages_open_to_those_who_lead_and_are_changed_by_those_who_manage(denver, campus):
    made, other = goal(denver), campus("model").programme_manager
    acts = [f"/admin/goals/{made.pk}/adjust/", f"/admin/goals/{made.pk}/end/"]
    leader = RoleGrantFactory(
        institution=denver.institution, role=Role.OFFICE_HOLDER, office="provost"
    ).person
    for person, page, act, file in (
        (denver.programme_manager, 200, 200, 200),
        (leader, 200, 403, 200),
        (denver.issuer, 403, 404, 404),
        (denver.learner, 403, 403, 403),
        (other, 200, 404, 404),  # of a campus of their own
    ):
        site = site_for(person)
        assert site.get("/admin/goals/").status_code == page, person
        assert {site.get(path).status_code for path in acts} == {act}, person
        assert site.get(f"/admin/goals/{made.pk}.csv").status_code == file, person
    assert SAYS not in texts(site_for(other).get("/admin/goals/"))
    assert site_for(leader).get("/admin/goals/?campus=nowhere").status_code == 404
    before = Goal.objects.count(), Metric.objects.count()
    assert (
        site_for(leader)
        .post(
            "/admin/goals/",
            {"says": "No", "measure": "views", "period": "month", "direction": "at_least", "target": 1},
        )
        .status_code
        == 403
    )
    assert (Goal.objects.count(), Metric.objects.count()) == before


def test_forms_set_adjust_and_give_up_and_keep_what_was_typed(denver):
    site = site_for(denver.programme_manager)
    given = {
        "says": "Be seen",
        "measure": "views",
        "period": "quarter",
        "direction": "at_least",
        "target": "100",
    }
    answer = site.post("/admin/goals/", {**given, "target": "many"})
    assert answer.status_code == 409
    assert 'value="Be seen"' in answer.content.decode()
    assert site.post("/admin/goals/", given).status_code == 302
    made = Goal.objects.get()
    path = f"/admin/goals/{made.pk}/adjust/"
    change = {**given, "target": "50", "seen": "1", "reason": ""}
    answer = site.post(path, change)
    assert (answer.status_code, made.metrics.count()) == (409, 1)
    assert site.post(path, {**change, "reason": "The site is new."}).status_code == 302
    assert site.post(path, {**change, "reason": "The site is new."}).status_code == 409  # a page from before
    assert [m.target for m in made.metrics.order_by("number")] == [100, 50]
    assert site.post(f"/admin/goals/{made.pk}/end/", {"reason": ""}).status_code == 409
    assert site.post(f"/admin/goals/{made.pk}/end/", {"reason": "Enough."}).status_code == 302
    assert "Given up on 15 May 2026" in texts(site.get("/admin/goals/"))


def test_goals_over_the_api(denver):
    made = goal(denver)
    measuring.measure_all()
    api = api_for(denver.programme_manager)
    (row,) = api.get("/api/v1/goals/").json()["results"]
    assert (row["says"], row["metric"]["target"], row["periods"][-1]) == (
        SAYS, 3, {"period": "May 2026", "value": "0", "target": "At least 3", "reached": "Not reached."},
    )  # fmt: skip
    given = {"measure": "offered", "period": "month", "direction": "at_least", "target": 9, "seen": 1}
    assert api.post(
        f"/api/v1/goals/{made.pk}/adjust/", {**given, "reason": " "}, format="json"
    ).status_code in (400, 409)
    assert (
        api.post(
            f"/api/v1/goals/{made.pk}/adjust/", {**given, "reason": "More units."}, format="json"
        ).json()["metric"]["target"]
        == 9
    )
    assert api_for(denver.issuer).get("/api/v1/goals/").json()["count"] == 0
    assert (
        api_for(denver.learner).post(f"/api/v1/goals/{made.pk}/adjust/", given, format="json").status_code
        == 404
    )


def test_number_of_queries_does_not_grow_with_goals(denver):
    site = site_for(denver.programme_manager)
    goal(denver)
    measuring.measure_all()
    before = queries_of(site, "/admin/goals/")
    goal(denver, "Be seen", measure="views")
    goal(denver, "Be taken", measure="accepted", period="year")
    measuring.measure_all()
    assert queries_of(site, "/admin/goals/") == before
