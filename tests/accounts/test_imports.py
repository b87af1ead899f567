"""People by a list: a dry run first, then all or nothing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actions import imports, people, units
from accounts.authority import holds
from accounts.models import Person, RoleGrant
from accounts.tasks import invite_newcomers
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused

pytestmark = pytest.mark.django_db

LIST = """\
name,email,role,unit,office,starts_on,ends_on
Test one,one@test.example,Section head,College of Trials,,2026-01-01,
Test two,Two@Test.example,,,,,
Test two,two@test.example,issuer,college of trials / department of trials,,,2030-06-30
Test three,three@test.example,office holder,,Office of the Provost,2026-01-01,
"""


def uploaded(made, text=LIST, by=None):
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("people.csv", data)
    return imports.upload(institution=made.institution, upload=file, by=by or made.administrator)


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(dt.datetime(2026, 3, 2, 18, tzinfo=dt.UTC)):
        yield


def test_a_dry_run_says_what_it_would_do_and_does_nothing(campus):
    made = campus("montana")
    before = Person.objects.count(), RoleGrant.objects.count()
    row = uploaded(made)
    assert row.problems == []
    assert row.counts == {
        "lines": 4, "bad": 0, "people": 3, "new": 3, "joining": 3, "roles": 3, "had": 0,
    }  # fmt: skip
    assert (Person.objects.count(), RoleGrant.objects.count()) == before


def test_confirming_makes_the_people_and_gives_the_roles(campus):
    made = campus("montana")
    row = uploaded(made)
    imports.write(people_import=row, by=made.administrator)
    one, two, three = (Person.objects.get(email=f"{n}@test.example") for n in ("one", "two", "three"))
    assert holds(one, "section_head", made.institution, made.unit)
    assert holds(two, "issuer", made.institution, made.unit)
    assert not holds(two, "issuer", made.institution, made.college)
    assert holds(three, "office:provost", made.institution)
    assert RoleGrant.objects.get(person=two).starts_on == dt.date(2026, 3, 2)
    entry = Entry.objects.about("campus", made.institution.pk).last()
    assert (entry.act, entry.by, entry.detail["roles"]) == ("people imported", made.administrator, 3)
    assert "@" not in entry.canonical


def test_newcomers_are_invited_by_the_worker_once(campus):
    made = campus("montana")
    imports.write(people_import=uploaded(made), by=made.administrator)
    assert not Mail.objects.exists()
    assert invite_newcomers() == 3
    assert invite_newcomers() == 0
    assert sorted(Mail.objects.values_list("to", flat=True)) == [
        "one@test.example", "three@test.example", "two@test.example",
    ]  # fmt: skip
    assert set(Mail.objects.values_list("kind", flat=True)) == {"invitation"}


@pytest.mark.django_db(transaction=True)
def test_the_file_is_kept_until_it_is_written_in(campus):
    made = campus("montana")
    row = uploaded(made)
    kept = row.file.name
    assert default_storage.exists(kept)
    imports.write(people_import=row, by=made.administrator)
    assert not default_storage.exists(kept)


def test_the_same_list_again_changes_nothing(campus):
    made = campus("montana")
    imports.write(people_import=uploaded(made), by=made.administrator)
    again = uploaded(made)
    assert again.counts == {
        "lines": 4, "bad": 0, "people": 3, "new": 0, "joining": 0, "roles": 0, "had": 3,
    }  # fmt: skip
    imports.write(people_import=again, by=made.administrator)
    assert RoleGrant.objects.filter(person__email="one@test.example").count() == 1


def test_a_list_is_written_once_only(campus):
    made = campus("montana")
    row = uploaded(made)
    imports.write(people_import=row, by=made.administrator)
    with pytest.raises(Refused, match="written in already"):
        imports.write(people_import=row, by=made.administrator)


def test_every_bad_line_is_named_and_nothing_can_be_written(campus):
    made = campus("montana")
    row = uploaded(
        made,
        "name;email;role;unit;office;starts_on;ends_on\n"
        "A;a@test.example;dean;;;;\n"
        "B;b@test.example;issuer;Nowhere;;;\n"
        "C;c@test.example;office holder;;;;\n"
        "D;d@test.example;issuer;;provost;;\n"
        "E;e@test.example;;College of Trials;;;\n"
        "F;f@test.example;issuer;;;2026-05-01;2026-04-30\n"
        "=F();g@test.example;;;;;\n"
        "H;h@test.example;issuer;;;;\n"
        "H;H@test.example;issuer;;;;\n",
    )
    found = [(problem["line"], problem["column"]) for problem in row.problems]
    assert found == [
        (2, "role"), (3, "unit"), (4, "office"), (5, "office"), (6, "role"), (7, "ends_on"), (8, "name"), (10, "email"),
    ]  # fmt: skip
    assert row.problems[-1]["text"] == "This repeats line 9."
    assert (row.counts["lines"], row.counts["bad"]) == (9, 8)
    assert not row.file
    with pytest.raises(Refused, match="Mend them and upload it again"):
        imports.write(people_import=row, by=made.administrator)


def test_a_unit_of_several_places_needs_its_path(campus):
    made = campus("montana")
    school = units.add(institution=made.institution, name="School", parent=None, by=made.administrator)
    units.add(institution=made.institution, name=made.unit.name, parent=school, by=made.administrator)
    text = "name,email,role,unit\nA,a@test.example,issuer,Department of Trials\n"
    assert [p["text"] for p in uploaded(made, text).problems] == [
        "There are several units of that name. Write it as “College / Department”."
    ]
    whole = text.replace("Department", "School / Department")
    assert uploaded(made, whole).problems == []


def test_a_unit_of_another_campus_is_not_known(campus):
    made = campus("montana")
    units.add(institution=made.elsewhere, name="Their unit", parent=None, by=made.stranger)
    row = uploaded(made, "name,email,role,unit\nA,a@test.example,issuer,Their unit\n")
    assert [p["column"] for p in row.problems] == ["unit"]


def test_a_campus_that_changed_after_the_dry_run_is_looked_at_anew(campus):
    made = campus("montana")
    row = uploaded(made)
    units.rename(unit=made.college, name="Renamed", by=made.administrator)
    with pytest.raises(Refused, match="Line 2, unit: There is no unit called “College of Trials” here"):
        imports.write(people_import=row, by=made.administrator)
    assert not Person.objects.filter(email="one@test.example").exists()


def test_who_had_left_comes_back(campus):
    made = campus("montana")
    people.leave(institution=made.institution, person=made.issuer, by=made.administrator)
    row = uploaded(made, f"name,email\nX,{made.issuer.email}\n")
    assert (row.counts["new"], row.counts["joining"]) == (0, 1)
    imports.write(people_import=row, by=made.administrator)
    assert Person.objects.of(made.institution).get(email=made.issuer.email).is_active


@pytest.mark.parametrize("who", ["programme_manager", "proposer", "stranger"])
def test_only_the_administrator_imports(campus, who):
    made = campus("montana")
    with pytest.raises(PermissionDenied):
        uploaded(made, by=getattr(made, who))
    row = uploaded(made)
    with pytest.raises(PermissionDenied):
        imports.write(people_import=row, by=getattr(made, who))


def test_utf_16_with_semicolons_from_excel(campus):
    made = campus("montana")
    row = uploaded(made, LIST.replace(",", ";").replace("\n", "\r\n").encode("utf-16"))
    assert (row.problems, row.counts["roles"]) == ([], 3)


def test_thousands_of_people_in_few_statements(campus, django_assert_max_num_queries):
    made = campus("montana")
    lines = "".join(f"Person {n},p{n}@test.example,issuer,Department of Trials\n" for n in range(3000))
    with django_assert_max_num_queries(70):
        row = uploaded(made, f"name,email,role,unit\n{lines}")
        imports.write(people_import=row, by=made.administrator)
    assert RoleGrant.objects.filter(role="issuer", unit=made.unit).count() == 3000 + 2
