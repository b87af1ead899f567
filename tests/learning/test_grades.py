"""Grades of a course system: thresholds, the mapping that is remembered, each line's verdict, sending it again, many lines."""

import datetime as dt
import tracemalloc
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from accounts import checking
from accounts.actions import uploads
from accounts.models import ListHeadings, ListKind, UploadedList
from journal.models import Entry
from learning.actions import grading
from learning.grade_lists import grade_in
from learning.models import CompetencyMet, Completion, GradeThreshold
from policies.reasons import Refused
from tests.learning.support import MAP, READ
from tests.support import site_for

LIMITS = {("", ""): Decimal(60), (READ, ""): Decimal(50), (MAP, ""): Decimal("75.5")}
EXPORT = """Student,SIS Login ID,Section,Fire tables (4711),Final Score
Learner one,one@learner.example,A,80,90.5
Learner two,two@learner.example,A,55%,59
Learner three,three@learner.example,A,10,20
Learner four,four@learner.example,B,excused,70
,five@learner.example,B,80,80
Learner six,nobody,B,80,80
"""


def limits(offering, by, changes=LIMITS):
    grading.set_thresholds(offering=offering, thresholds=changes, by=by)


def sent(offering, by, text=EXPORT):
    made = uploads.upload(
        kind=ListKind.GRADES, subject=offering.pk, institution=offering.institution,
        file=ContentFile(text.encode(), name="export.csv"), by=by,
    )  # fmt: skip
    if made.state == "columns":
        chosen = {
            "Student": "name",
            "SIS Login ID": "email",
            "Fire tables (4711)": READ,
            "Final Score": "final grade",
        }
        uploads.arrange(uploaded=made, columns=[chosen.get(one, "") for one in made.headings], by=by)
    checking.run(made.pk)
    return UploadedList.objects.get(pk=made.pk)


def said(row):
    lines = row.lines.order_by("number").values_list("number", "adds", "problems")
    return {number: adds or [one["text"] for one in problems] for number, adds, problems in lines}


@pytest.mark.parametrize(
    ("text", "grade"),
    [("85", "85"), (" 85.5 % ", "85.5"), ("85,5", "85.5"), ("0", "0"), ("B+", None), ("", None), ("-3", None),
     ("NaN", None), ("1e9", None), ("Infinity", None)],
)  # fmt: skip
def test_grades_are_numbers(text, grade):
    assert grade_in(text) == (None if grade is None else Decimal(grade))


def test_export_says_what_each_line_comes_to_and_records_it(model, offering):
    limits(offering, model.assessor)
    row = sent(offering, model.assessor)
    found = said(row)
    assert found[2] == "completed, 2 competencies"  # 90.5: completed; tables 80; the map by the final grade
    assert found[3] == "1 competency"  # 55 is enough for the tables, 59 neither to complete nor for the map
    assert found[4] == "nothing, since it lies below every threshold"
    assert found[5] == ["“excused” is no grade in numbers, such as 85, 85.5 or 85 %."]
    assert (row.good, row.bad) == (3, 3)
    uploads.file(uploaded=row, by=model.assessor, leave_out=True)
    done = dict(Completion.objects.values_list("learner__email", "completed_on"))
    today = offering.institution.today()
    assert done == {"one@learner.example": today, "two@learner.example": None}
    met = CompetencyMet.objects.filter(completion__learner__email="one@learner.example")
    assert dict(met.values_list("competency", "evidence")) == {
        READ: "Grade 80 in the course system.", MAP: "Grade 90.5 in the course system."
    }  # fmt: skip
    evidence = Completion.objects.get(learner__email="one@learner.example").evidence
    assert evidence.startswith("Grades of the course system, list “export.csv” of ")
    assert evidence.endswith(", final grade 90.5.")


def test_the_mapping_is_remembered_for_the_unit_and_the_export_can_be_sent_again(model, offering):
    limits(offering, model.assessor)
    uploads.file(uploaded=sent(offering, model.assessor), by=model.assessor, leave_out=True)
    known = ListHeadings.objects.get(unit=offering.definition.unit, kind=ListKind.GRADES).headings
    assert known["firetables(4711)"] == READ
    Completion.objects.filter(completed_on__isnull=False).update(completed_on=dt.date(2026, 3, 1))
    again = sent(offering, model.assessor)
    assert said(again)[2] == "nothing new"
    uploads.file(uploaded=again, by=model.assessor, leave_out=True)
    assert Completion.objects.get(completed_on__isnull=False).completed_on == dt.date(2026, 3, 1)


def test_nothing_is_filed_without_thresholds(model, offering):
    row = sent(offering, model.assessor)
    with pytest.raises(Refused, match="Say first from which grade"):
        uploads.file(uploaded=row, by=model.assessor, leave_out=True)


def test_thresholds_are_kept_once_and_recorded(model, offering):
    limits(offering, model.assessor)
    count = Entry.objects.count()
    limits(offering, model.assessor)
    assert Entry.objects.count() == count
    limits(offering, model.assessor, {("", ""): Decimal(50)})
    assert list(GradeThreshold.objects.values_list("competency", "least")) == [("", Decimal(50))]
    with pytest.raises(Refused, match="from 0 to 10,000"):
        limits(offering, model.assessor, {("", ""): Decimal(-1)})


@pytest.mark.parametrize(
    "who", ["issuer", "programme_manager", "proposer", "registrar", "learner", "stranger"]
)
def test_grades_are_the_assessors_business_alone(model, offering, who):
    person, site = getattr(model, who), site_for(getattr(model, who))
    with pytest.raises(PermissionDenied):
        limits(offering, person)
    for answer in (
        site.get(f"/offerings/{offering.pk}/grades/"),
        site.post(f"/offerings/{offering.pk}/grades/list/", {"text": EXPORT}),
    ):
        assert answer.status_code in (403, 404)
    assert not UploadedList.objects.exists()


def test_page_sets_thresholds_and_takes_the_export(model, offering):
    site, path = site_for(model.assessor), f"/offerings/{offering.pk}/grades/"
    assert "can be sent here once" in site.get(path).content.decode()
    bad = site.post(path, {"least_0": "sixty", "least_1": "-1"})
    assert (bad.status_code, set(bad.context["form"].errors)) == (409, {"least_0", "least_1"})
    page = site.post(path, {"least_0": "60", "least_1": "50", "least_2": ""}, follow=True)
    assert "These grades count from now on" in page.content.decode()
    page = site.post(f"{path}list/", {"text": EXPORT}, follow=True)
    assert page.redirect_chain[-1][0].endswith("/columns/")
    assert site.post(f"{path}list/", {}).status_code == 409


def test_many_lines_are_looked_through_in_bounded_memory(model, offering):
    """Five thousand lines take hardly more memory than one thousand: a part is kept at a time."""
    limits(offering, model.assessor)
    peaks = []
    for size in (1000, 5000):
        lines = [f"L {n},l{n}@learner.example,A,80,90" for n in range(size)]
        text = "\n".join(["Student,SIS Login ID,Section,Fire tables (4711),Final Score", *lines])
        tracemalloc.start()
        row = sent(offering, model.assessor, text)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert row.good == size
    assert peaks[1] < 2 * peaks[0]
