"""Conditions of a sign-off, what shows that one is met, and by when: the same as for a ballot's."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal import clock
from journal.models import Entry, Mail, StoredFile
from policies.reasons import Refused
from policies.schema import Step as PackStep
from proposals import deadlines
from proposals.actions.reminding import remind_due
from proposals.actions.undoing import undo
from proposals.hooks import StillOpen
from proposals.models import Proposal, Step
from reviews import owed
from reviews.actions import conditions, signoffs
from reviews.models import Condition
from tests.journal.test_files import PDF
from tests.proposals.packs import ruled, signoff, stage
from tests.reviews.support import acts, at_step, hold, refusal
from tests.reviews.test_conditions import WITH, approved, one
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db
OUTCOMES = ["approve", WITH, "request_changes", "decline"]


def asked(campus, **more):
    """The model university, where the dean also reads what the committee approved; the open step."""

    def change(data):
        steps = stage(data, "committee_review")["steps"]
        steps.append(signoff("dean_reads", outcomes=OUTCOMES, designee=True, **more))
        steps.append(signoff("dean_reads_again"))

    at = ruled(campus, change)
    return at_step(at, "dean_reads")


def sign(step, by, *texts, **more):
    return signoffs.complete(step=step, outcome=WITH, conditions=texts, by=by, **more)


def pdf(name="proof.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


# --- a sign-off with conditions ---------------------------------------------------------------------
def test_signing_with_conditions_sets_them_and_who_signs_settles_them(model):
    step = asked(model)
    sign(step, model.section_head, "Name the assessor.", "name the  assessor.", "Fewer hours.")
    first, second = Condition.objects.all()
    assert [(row.text, row.ballot, row.step) for row in (first, second)] == [
        ("Name the assessor.", None, step),
        ("Fewer hours.", None, step),
    ]
    assert acts(step.proposal)[-2:] == ["conditions_set", "step"]
    assert Step.objects.get(proposal=step.proposal, key="dean_reads_again").status == "open"
    mail = Mail.objects.get(kind="conditions_set")
    assert (mail.recipient, mail.subject) == (model.proposer, "The dean: approved with conditions")
    conditions.meet(condition=first, note="The registrar", by=model.proposer)
    told = Mail.objects.filter(kind="condition_met").values_list("recipient", flat=True)
    assert set(told) == {model.section_head.pk, model.programme_manager.pk}
    conditions.accept(condition=first, by=model.section_head)
    conditions.waive(condition=second, reason="Enough.", by=model.programme_manager)
    assert set(Condition.objects.values_list("state", flat=True)) == {"accepted", "waived"}
    for person in (model.supervisor, model.chair("committee"), model.proposer, model.stranger):
        with pytest.raises(PermissionDenied):
            conditions.name(step=step, texts=["More"], by=person)


def test_what_was_sent_wrongly_is_refused_at_its_field(model):
    step = asked(model)
    cases = [
        (WITH, (), None, "Name at least one condition: the proposers meet it."),
        ("approve", ("Fewer hours.",), None, "Conditions go with “Approve with conditions” alone."),
        (WITH, ("Fewer hours.",), dt.date(2020, 1, 1), "Choose a day to come."),
    ]
    for outcome, texts, due_on, said in cases:
        with pytest.raises(Refused) as caught:
            signoffs.complete(
                step=step, outcome=outcome, conditions=texts, due_on=due_on, by=model.section_head
            )
        assert [reason.text for reason in caught.value.reasons] == [said]
        assert Step.objects.get(pk=step.pk).status == "open"
    assert not Condition.objects.exists()


def test_by_the_page_and_the_api(model):
    step = asked(model)
    page = reverse("step", args=[step.pk])
    site = site_for(model.section_head)
    data = {"outcome": WITH, "note": "", "conditions": "Fewer hours.\nAdd a rubric.", "due_on": "2099-01-31"}
    assert site.post(f"{page}complete/", {**data, "conditions": ""}).status_code == 409
    assert site.post(f"{page}complete/", data).status_code == 302
    found = site.get(page).content.decode()
    assert "Add a rubric." in found
    assert "Name further conditions" in found
    other = at_step(model, "dean_reads", title="Another")
    given = {"outcome": WITH, "conditions": ["Say who teaches."], "due_on": "2099-01-31"}
    answer = api_for(model.section_head).post(f"/api/v1/steps/{other.pk}/complete/", given, format="json")
    assert answer.status_code == 200
    assert Condition.objects.filter(due_on=dt.date(2099, 1, 31)).count() == 3


def test_signed_conditions_hold_the_proposal_where_the_pack_says_so(model):
    step = asked(model, conditions_block=True)
    sign(step, model.section_head, "Fewer hours.")
    last = Step.objects.get(proposal=step.proposal, key="dean_reads_again")
    signoffs.complete(step=last, outcome="approve", by=model.section_head)
    assert Proposal.objects.get(pk=step.proposal_id).state == "committee_review"
    conditions.waive(condition=Condition.objects.get(), reason="Enough.", by=model.section_head)
    assert Proposal.objects.get(pk=step.proposal_id).state == "unit_approval"
    with pytest.raises(ValueError, match="conditions_block goes with"):
        PackStep.model_validate(signoff("trial", conditions_block=True))


def test_an_approval_that_was_undone_or_is_given_anew_hangs_on_nothing_old(model):
    step = asked(model)
    sign(step, model.section_head, "Fewer hours.")
    undo(step=step, by=model.section_head)
    assert Condition.objects.get().state == "void"
    sign(step, model.section_head, "Add a rubric.")
    last = Step.objects.get(proposal=step.proposal, key="dean_reads_again")
    back = {"outcome": "request_changes", "note": "Read it again.", "back_to": step.pk}
    signoffs.complete(step=last, by=model.section_head, **back)
    assert set(Condition.objects.values_list("state", flat=True)) == {"void"}
    assert acts(step.proposal).count("conditions_void") == 2


def test_undo_is_refused_once_a_condition_was_met(model):
    step = asked(model)
    sign(step, model.section_head, "Fewer hours.")
    conditions.meet(condition=Condition.objects.get(), note="Done", by=model.proposer)
    with pytest.raises(Refused):
        undo(step=step, by=model.section_head)


# --- what shows that it is met ----------------------------------------------------------------------
def test_files_are_kept_with_the_condition_and_seen_by_body_and_proposers(model):
    row = one(model)
    conditions.meet(condition=row, note="See these.", by=model.proposer, files=[pdf(), pdf("b.pdf")])
    stored = list(StoredFile.objects.of("condition", row.pk))
    assert [file.name for file in stored] == ["proof.pdf", "b.pdf"]
    assert [file["name"] for file in Entry.objects.get(act="condition_met").detail["files"]] == [
        "proof.pdf",
        "b.pdf",
    ]
    address, page = reverse("file", args=[stored[0].pk]), reverse("condition", args=[row.pk])
    member = model.members("committee")[1]
    for person, status in (
        (model.proposer, 200),
        (model.programme_manager, 200),
        (member, 200),
        (model.supervisor, 404),
        (model.administrator, 404),
        (model.stranger, 404),
        (model.nobody, 404),
    ):
        assert (str(person), site_for(person).get(address).status_code) == (str(person), status)
    assert "proof.pdf" in site_for(member).get(page).content.decode()
    assert "proof.pdf" not in site_for(model.supervisor).get(page).content.decode()
    api = f"/api/v1/conditions/{row.pk}/"
    assert [file["name"] for file in api_for(member).get(api).json()["files"]] == ["proof.pdf", "b.pdf"]
    assert api_for(model.supervisor).get(api).json()["files"] == []


def test_files_that_cannot_be_kept_are_refused_and_nothing_is_met(model):
    row = one(model)
    page = f"{reverse('condition', args=[row.pk])}meet/"
    bad = SimpleUploadedFile("run.exe", b"MZ\x00\x01 this is no paper")
    answer = site_for(model.proposer).post(page, {"note": "See this.", "file": [pdf(), bad]})
    assert answer.status_code == 409
    assert "This kind of file cannot be stored." in answer.content.decode()
    for files, said in (
        ([pdf(content=b"")], "The file is empty. Choose it again."),
        ([pdf() for _ in range(11)], "A condition has at most 10 files; with these it would have 11."),
    ):
        with pytest.raises(Refused) as caught:
            conditions.meet(condition=row, note="Done", by=model.proposer, files=files)
        assert refusal(caught) == [("", said)]
    assert (StoredFile.objects.count(), Condition.objects.get().state) == (0, "open")
    sent = api_for(model.proposer).post(
        f"/api/v1/conditions/{row.pk}/meet/",
        {"note": "Here", "file": [pdf(), pdf("b.pdf")]},
        format="multipart",
    )
    assert (sent.status_code, len(sent.json()["files"])) == (200, 2)


# --- by when ----------------------------------------------------------------------------------------
def on(*day):
    return clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC))


def reminded():
    rows = Mail.objects.filter(kind="deadline", text__contains="condition")
    found = sorted(rows.values_list("to", flat=True))
    rows.delete()
    return found


def test_people_are_reminded_before_and_on_the_day_once_for_all_of_an_approval(model):
    with on(2026, 11, 2):
        approved(model, "Fewer hours.", "Add a rubric.", due_on=dt.date(2026, 12, 15))
    proposer = [model.proposer.email]
    for day, told in (((2026, 11, 14), []), ((2026, 11, 15), proposer), ((2026, 12, 8), proposer),
                      ((2026, 12, 14), []), ((2026, 12, 15), proposer), ((2026, 12, 16), proposer),
                      ((2026, 12, 30), [])):  # fmt: skip
        with on(*day):
            remind_due()
            remind_due()
        assert (day, reminded()) == (day, told)


def test_once_met_those_who_accept_it_are_reminded_and_mail_says_nothing_of_it(model):
    with on(2026, 11, 2):
        row = Condition.objects.get(ballot=approved(model, "Fewer hours.", due_on=dt.date(2026, 12, 15)))
        conditions.meet(condition=row, note="Done", by=model.proposer)
    with on(2026, 12, 8):
        remind_due()
    mail = Mail.objects.filter(kind="deadline", text__contains="condition").first()
    assert (
        "“Accepting a condition of the Micro-credential Committee” is due by 15 December 2026." in mail.text
    )
    assert reverse("condition", args=[row.pk]) in mail.text
    assert "hours" not in mail.subject + mail.text
    assert reminded() == sorted([model.chair("committee").email, model.programme_manager.email])


def test_the_pack_says_on_which_days(model):
    at = ruled(model, lambda data: data["policy"].update(condition_reminders=[3]))
    with on(2026, 11, 2):
        ballot = approved(at, "Fewer hours.", due_on=dt.date(2026, 12, 15))
        assert [due.reminders for due in deadlines.of(ballot.proposal)][-1] == (3,)
    with on(2026, 12, 15):
        remind_due()
    assert reminded() == [at.proposer.email]  # a clock that was away sends the nearest
    hold(Proposal.objects.get(pk=ballot.proposal_id))
    with on(2026, 12, 16):
        assert [due for due in deadlines.of(ballot.proposal) if due.owed] == []


def test_the_cost_is_the_same_for_one_and_three(model):
    ballot = approved(model, "One.", due_on=dt.date(2099, 1, 31))
    pages = {person: site_for(person) for person in (model.proposer, model.programme_manager)}
    first = [queries_of(site, path) for site in pages.values() for path in ("/", "/admin/")]
    conditions.name(step=ballot.step, texts=["Two.", "Three."], by=model.programme_manager)
    assert [queries_of(site, path) for site in pages.values() for path in ("/", "/admin/")] == first
    assert owed.still_open([ballot.proposal]) == {
        ballot.proposal_id: StillOpen("3 conditions open", 3, dt.date(2099, 1, 31))
    }
