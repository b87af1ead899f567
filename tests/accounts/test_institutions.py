"""Campuses, their policies and their unit trees."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction

from accounts.actions import institutions, policies, units
from accounts.models import Institution, Person, Unit
from journal.models import Entry
from policies.loader import canonical_text, packs, text_hash
from policies.reasons import Refused
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def revised(pack, revision, title=None):
    policy = pack.policy.model_copy(update={"revision": revision, "title": title or pack.policy.title})
    return pack.model_copy(update={"policy": policy})


def test_a_campus_is_founded_with_its_policy():
    pack = packs()["montana"]
    made = institutions.found(pack=pack)
    assert (made.slug, made.name, made.timezone) == ("montana", "University of Montana", "America/Denver")
    assert (made.policy.hash, made.policy.text) == (text_hash(canonical_text(pack)), canonical_text(pack))
    assert [e.act for e in Entry.objects.about("campus", made.pk)] == ["campus founded", "policy adopted"]


def test_a_pack_serves_as_template_for_a_campus_of_another_name():
    made = institutions.found(pack=packs()["model"], name="Valley College")
    assert (made.slug, made.name) == ("valley-college", "Valley College")
    with pytest.raises(Refused, match="There is a campus called Valley College already"):
        institutions.found(pack=packs()["model"], name="Valley College")


def test_only_the_system_operator_founds(campus):
    made = campus()
    with pytest.raises(PermissionDenied):
        institutions.found(pack=packs()["model"], name="Mine", by=made.administrator)
    operator = Person.objects.create_superuser("op@test.example", "x", name="Operator")
    assert institutions.found(pack=packs()["model"], name="Theirs", by=operator)


def test_a_new_revision_is_adopted_and_counts_from_then_on(campus):
    made = campus()
    before = made.institution.policy
    pack = revised(made.pack, "next", "New title")
    adopted = policies.adopt(institution=made.institution, pack=pack, by=made.administrator)
    assert made.institution.policy == adopted
    assert made.institution.policy.pack.policy.title == "New title"
    assert before.pack.policy.title == made.pack.policy.title


def test_revisions_that_cannot_be_adopted(campus):
    made = campus()
    with pytest.raises(Refused, match="is adopted already"):
        policies.adopt(institution=made.institution, pack=made.pack, by=made.administrator)
    other = revised(made.pack, made.pack.policy.revision, "Silently changed")
    with pytest.raises(Refused, match="Give them a new revision number"):
        policies.adopt(institution=made.institution, pack=other, by=made.administrator)
    for person in (made.programme_manager, made.stranger):
        with pytest.raises(PermissionDenied):
            policies.adopt(institution=made.institution, pack=revised(made.pack, "2"), by=person)


def test_an_adopted_policy_cannot_be_changed(campus):
    adopted = campus().institution.policy
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
        type(adopted.written).objects.filter(pk=adopted.hash).update(text="{}")
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
        type(adopted).objects.filter(pk=adopted.pk).update(revision="1066")
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
        adopted.delete()


def test_units_are_added_renamed_and_moved_with_all_below(campus):
    made = campus()
    facts = {"institution": made.institution, "by": made.administrator}
    school = units.add(name=" School  of Trials ", parent=None, **facts)
    laboratory = units.add(name="Laboratory", parent=made.unit, **facts)
    assert school.name == "School of Trials"
    assert laboratory.lineage == [str(made.college.pk), str(made.unit.pk), str(laboratory.pk)]
    units.move(unit=made.unit, parent=school, by=made.administrator)
    laboratory.refresh_from_db()
    assert laboratory.lineage == [str(school.pk), str(made.unit.pk), str(laboratory.pk)]
    assert set(Unit.objects.within(school)) == {school, Unit.objects.get(pk=made.unit.pk), laboratory}
    units.rename(unit=laboratory, name="Workshop", by=made.administrator)
    acts = [e.act for e in Entry.objects.about("campus", made.institution.pk)]
    assert acts[-4:] == ["unit added", "unit added", "unit moved", "unit renamed"]


def test_units_that_are_refused(campus):
    made = campus()
    facts = {"institution": made.institution, "by": made.administrator}
    foreign = UnitFactory(institution=made.elsewhere)
    with pytest.raises(Refused, match="Give the unit a name"):
        units.add(name=" ", parent=None, **facts)
    with pytest.raises(Refused, match="here already"):
        units.add(name=made.unit.name.upper(), parent=made.college, **facts)
    with pytest.raises(Refused, match="is not a unit of"):
        units.add(name="x", parent=foreign, **facts)
    with pytest.raises(Refused, match="into itself"):
        units.move(unit=made.college, parent=made.unit, by=made.administrator)
    with pytest.raises(PermissionDenied):
        units.add(institution=made.institution, name="x", parent=None, by=made.stranger)
    with pytest.raises(PermissionDenied):
        units.rename(unit=foreign, name="x", by=made.administrator)


def test_the_campus_day_follows_its_time_zone(campus):
    made = campus("montana")
    assert Institution.objects.get(pk=made.institution.pk).timezone == "America/Denver"
    assert made.institution.calendar.calendar == made.pack.calendar
