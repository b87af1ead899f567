"""What many learners have shown, by a list: a dry run first, each bad line by number and column, nothing dropped."""

import datetime as dt
import io
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from accounts.actions import uploads
from accounts.tables.dry_runs import NO_NAME
from journal.models import Entry
from learning import lists
from learning.actions import completions
from learning.entry import NOTHING
from learning.entry import Entry as Said
from learning.models import CompetencyMet, Completion
from policies.mapping import Competency
from policies.reasons import Refused
from tests.credentials.support import definition, texts
from tests.learning.support import DONE, MAP, READ, met, partly, recorded, run_of
from tests.lists import adds, doubts, file, looked_at, send
from tests.support import site_for

GOOD = (
    f"name,email,completed on,enrolled,evidence,{READ},{MAP}\n"
    "One Learner,one@learner.example,2026-03-01,yes,Portfolio,2026-02-10,yes\n"
    "Two Learner,two@learner.example,,no,Seen at work,x,\n"
)


def preview(offering, by, text):
    return looked_at("completions", offering, by, text)


# --- the dry run --------------------------------------------------------------------------------


def test_dry_run_says_what_each_line_adds_and_writes_nothing(model, offering):
    partly(offering, model.assessor, READ, email="two@learner.example")
    found = preview(offering, model.assessor, GOOD)
    assert (found.state, found.bad) == ("checked", 0)
    assert adds(found) == {2: "completed, 2 competencies, enrolled", 3: "not enrolled"}
    assert Completion.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (",a@b.example,2026-03-01,,x,,", [(2, "name", NO_NAME)]),
        ("A,nonsense,2026-03-01,,x,,", [(2, "email", "“nonsense” is not an e-mail address.")]),
        ("A,a@b.example,soon,,x,,", [(2, "completed on", "“soon” is not a date as 2026-01-31.")]),
        ("A,a@b.example,2099-01-01,,x,,", [(2, "completed on", "The date lies in the future.")]),
        ("A,a@b.example,2026-01-11,,x,,", [(2, "completed on", "The date lies before the offering began.")]),
        ("A,a@b.example,2026-03-01,perhaps,x,,", [(2, "enrolled", "“perhaps” is neither yes nor no.")]),
        ("A,a@b.example,2026-03-01,,,,",
         [(2, "evidence", "Say what shows it, or give a link to the evidence.")]),
        ("A,a@b.example,2026-03-01,,x,maybe,",
         [(2, READ, "“maybe” is neither a day as 2026-01-31 nor yes or no.")]),
        ("A,a@b.example,2026-03-01,,x,,2026-03-02",
         [(2, MAP, f"{MAP}: The date lies after the day of completion.")]),
        ("A,a@b.example,,,x,no,", [(2, "completed on", NOTHING)]),
        ("=A,a@b.example,2026-03-01,,x,,",
         [(2, "name", "“=A” looks like a formula. Write plain text, without = + - @ in front.")]),
    ],
)  # fmt: skip
def test_bad_line_is_named_by_number_and_column(model, offering, line, expected):
    found = preview(offering, model.assessor, GOOD.splitlines()[0] + f"\n{line}\n")
    assert (doubts(found), found.bad) == (expected, 1)


def test_good_lines_are_shown_beside_bad_ones_and_nothing_is_sent(model, offering):
    site, path = site_for(model.assessor), f"/offerings/{offering.pk}/list/"
    text = GOOD + "Three,three@learner.example,soon,,x,,\n"
    words = texts(send(site, path, text))
    assert "2 lines are in order; 1 needs mending" in words
    assert "“soon” is not a date" in words
    assert file(site).status_code == 409
    assert not Completion.objects.exists()
    assert "Recorded for 2 learners. 1 was left out, as you asked." in texts(file(site, leave_out="on"))


def test_address_twice_and_own_address_are_refused(model, offering):
    rows = [("A", "a@b.example"), ("B", "A@B.example"), ("C", model.assessor.email)]
    text = "name,email,completed on,evidence\n" + "".join(f"{n},{e},2026-03-01,x\n" for n, e in rows)
    assert doubts(preview(offering, model.assessor, text)) == [
        (3, "email", "This repeats line 2."),
        (4, "email", "Someone else must record your own completion."),
    ]


def test_learner_who_has_completed_is_known_or_refused(model, offering):
    recorded(offering, model.assessor, email="one@learner.example", competencies=[READ, MAP], enrolled=True)
    again = "name,email,completed on,evidence\nOne Learner,one@learner.example,2026-03-01,Portfolio\n"
    found = preview(offering, model.assessor, again)
    assert adds(found) == {2: "nothing new"}
    assert uploads.file(uploaded=found, by=model.assessor).said == "Recorded for 0 learners."
    other = again.replace("2026-03-01", "2026-03-02")
    assert doubts(preview(offering, model.assessor, other)) == [
        (2, "email", "This learner's completion is recorded already. Correct it instead.")
    ]


# --- what is recorded ---------------------------------------------------------------------------


def test_list_is_recorded_as_it_stands_on_the_page(model, offering):
    site, path = site_for(model.assessor), f"/offerings/{offering.pk}/list/"
    page = send(site, path, GOOD.encode("utf-16"))
    assert page.status_code == 200
    assert "The list is in order" in texts(page)
    assert not Completion.objects.exists()
    assert "Recorded for 2 learners." in texts(file(site))
    rows = {row.learner.email: row for row in Completion.objects.select_related("learner")}
    one, two = rows["one@learner.example"], rows["two@learner.example"]
    assert (one.completed_on, one.enrolled, one.evidence) == (DONE, True, "Portfolio")
    assert (two.completed_on, two.enrolled) == (None, False)
    assert dict(one.competencies.values_list("competency", "met_on")) == {
        READ: dt.date(2026, 2, 10),
        MAP: DONE,
    }
    assert dict(two.competencies.values_list("competency", "met_on")) == {READ: offering.institution.today()}
    entry = Entry.objects.filter(subject_id=offering.definition_id).latest("number")
    assert entry.act == "completions recorded"
    assert "learner.example" not in entry.canonical


def test_excel_list_with_numbered_competencies_is_read(model, offering):
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["First name", "Last name", "E-mail address", "Completed", "Evidence", "Competency 2"])
    sheet.append(["Łucja", "O’Neill", "l@learner.example", dt.date(2026, 3, 1), "Work", dt.date(2026, 2, 3)])
    book.save(out)
    found = looked_at("completions", offering, model.assessor, out.getvalue())
    assert doubts(found) == []
    uploads.file(uploaded=found, by=model.assessor)
    assert Completion.objects.get().learner_name == "Łucja O’Neill"
    assert met() == {MAP: dt.date(2026, 2, 3)}


def test_template_can_be_sent_as_it_is(model, offering):
    answer = site_for(model.assessor).get(f"/offerings/{offering.pk}/list.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="spring-2026.csv"'
    text = answer.content.decode()
    assert text.splitlines()[0] == f"name,email,completed on,enrolled,evidence,evidence url,{READ},{MAP}"
    found = preview(offering, model.assessor, text)
    assert adds(found) == {2: "completed, 2 competencies, enrolled"}
    excel = site_for(model.assessor).get(f"/offerings/{offering.pk}/list.xlsx").content
    again = looked_at("completions", offering, model.assessor, excel)
    assert adds(again) == {2: "completed, 2 competencies, enrolled"}
    assert site_for(model.assessor).get(f"/offerings/{offering.pk}/list.pdf").status_code == 404


def test_competencies_with_awkward_names_have_numbered_columns(campus):
    place = campus("model")
    names = ["Email", "=SUM(A1)", "Competency-based work", "Reads, asks", "reads ASKS"]
    made = definition(place, competencies=[Competency(name) for name in names])
    headings = [c.name for c in lists.columns_of(completions.competencies_of(run_of(place, made)))]
    assert headings[-5:] == ["competency 1", "competency 2", "competency 3", "Reads, asks", "reads ASKS"]


def test_all_or_nothing(model, offering):
    good = Said("A", "a@b.example", DONE, evidence="x", number=2)
    bad = Said("", "b@b.example", DONE, evidence="x", number=3)
    with pytest.raises(Refused) as refused:
        completions.record_many(offering=offering, entries=[good, bad, good], by=model.assessor)
    assert [(r.field, r.text) for r in refused.value.reasons] == [
        ("entries.2.email", "Line 2: a@b.example stands in the list more than once."),
        ("entries.3.name", "Line 3: Write the learner's name."),
    ]
    assert not Completion.objects.exists()


def test_list_takes_as_many_statements_for_200_lines_as_for_two(model, offering):
    counts = []
    for number, size in enumerate((1, 2, 200)):  # with the first one the campus begins its surveys
        entries = [
            Said(f"L {n}", f"l{number}x{n}@learner.example", DONE, (), evidence="x", number=n)
            for n in range(size)
        ]
        with CaptureQueriesContext(connection) as queries:
            completions.record_many(offering=offering, entries=entries, by=model.assessor)
        counts.append(len(queries))
    assert counts[1] == counts[2]
    assert Completion.objects.count() == 203


@pytest.mark.django_db(transaction=True)
def test_two_who_record_the_same_learner_at_once_make_one_record(model, offering):
    refused = []

    def work():
        try:
            recorded(offering, model.assessor)
        except Refused as error:
            refused.append(error.reasons[0].text)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Completion.objects.count() == 1
    assert len(refused) == 3
    assert CompetencyMet.objects.count() == 2


def test_who_may_not_record_gets_neither_list_nor_template(model, offering):
    for who, status in (("programme_manager", 403), ("issuer", 403), ("stranger", 404)):
        site = site_for(getattr(model, who))
        assert site.get(f"/offerings/{offering.pk}/list.csv").status_code == status
        assert site.post(f"/offerings/{offering.pk}/list/", {"text": GOOD, "send": "1"}).status_code == status
    assert not Completion.objects.exists()
