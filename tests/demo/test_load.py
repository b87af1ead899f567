"""The demo as a whole: what there is, and that a second loading does nothing."""

from collections import Counter
from io import StringIO

from django.apps import apps
from django.core.management import call_command

from accounts.models import Institution, Person
from credentials.models import Award, BatchLine, Definition, RecordBatch, Standing, StudentNumber
from credentials.stacks.paths import on_the_way
from desk.demo import load
from desk.models import DemoLoad
from issuance.models import (
    Attempt,
    Delivery,
    Difference,
    IssuanceRequest,
    PlatformAccount,
    StackCandidate,
    StackLook,
    StackReview,
)
from journal import clock
from journal.models import Entry, Mail
from proposals.models import Proposal, Step
from proposals.states import State
from reviews.models import Ballot, Recusal


def counts():
    """How many rows every model of ours has."""
    labels = ("accounts", "journal", "credentials", "learning", "proposals", "reviews", "issuance", "desk")
    return {
        m._meta.label: m._default_manager.count() for a in labels for m in apps.get_app_config(a).get_models()
    }


def run(command):
    """What a command prints."""
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_second_load_does_nothing(demo):
    before = counts()
    assert load.load() is False
    assert "was loaded before" in run("load_demo")
    assert counts() == before


def test_three_campuses(demo):
    assert sorted(Institution.objects.values_list("slug", flat=True)) == ["cu_boulder", "model", "montana"]


def test_every_state_is_present(demo):
    assert Proposal.objects.count() == 25
    assert set(Proposal.objects.values_list("state", flat=True)) == set(State.values)


def test_definitions_and_awards(demo):
    standings = Counter(Definition.objects.values_list("standing", flat=True))
    assert standings == {Standing.PILOT: 5, Standing.ESTABLISHED: 2, Standing.LAPSED: 1, Standing.RETIRED: 1}
    assert all(definition.image and definition.image_alt for definition in Definition.objects.all())
    assert (
        Award.objects.count() == 447 + 4
    )  # three were corrected by a list and one alone: two stand for each
    assert Award.objects.filter(superseded_why="correction").count() == 4
    assert Award.objects.filter(suspended_at__isnull=False).count() == 1
    assert Award.objects.filter(revoked_at__isnull=False).count() == 3
    assert all(award.credential["proof"] for award in Award.objects.all()[:5])


def test_open_ballots_of_each_sort(demo):
    ballots = list(Ballot.objects.open())
    assert len(ballots) == 4
    assert all(ballot.closes_at > clock.now() for ballot in ballots)
    assert all(0 < ballot.votes.count() < ballot.roll.count() for ballot in ballots)
    assert Recusal.objects.filter(ballot__in=ballots, how="declared").count() == 1


def test_steps_wait_for_signatures_and_a_panel(demo):
    waiting = set(Step.objects.open().values_list("key", flat=True))
    assert waiting >= {
        "intent_acknowledged",
        "intent_support",
        "dean_signoff",
        "unit_signoff",
        "supervisor_signoff",
        "section_head_signoff",
        "subcommittee_ballot",
        "provost_adoption",
    }


def test_a_request_waits_for_each_certifier(demo):
    waiting = IssuanceRequest.objects.waiting().values_list("institution__slug", "certifier")
    assert sorted(waiting) == [
        ("cu_boulder", "registrar"),
        ("model", "registrar"),
        ("montana", "registrar"),
        ("montana", "um_online"),
    ]
    assert IssuanceRequest.objects.filter(state="returned").count() == 2  # one whole, and a line left out
    planned = IssuanceRequest.objects.get(due_on__isnull=False)
    assert (planned.state, planned.lines.count(), planned.parted.get().lines.count()) == ("approved", 6, 1)


def test_deliveries_say_why_they_failed(demo):
    failed = Delivery.objects.exclude(cause="").values_list("state", "cause")
    assert Counter(failed) == {
        ("needs_person", "template"): 7,
        ("unpublished", "unpublished"): 5,
        ("queued", "server_error"): 3,
    }
    assert not Delivery.objects.exclude(cause="").filter(message="").exists()
    assert not Attempt.objects.filter(ended_at__isnull=True).exists()
    states = Counter(Delivery.objects.filter(act="issue").values_list("state", flat=True))
    assert states["accepted"] > 100
    assert states["rejected"] > 0
    assert states["delivered"] > 100


def test_student_system_is_in_step_but_for_what_waits(demo):
    batches = RecordBatch.objects.values_list("institution__slug", "ledger", "number", "recorded_at")
    assert sorted((*row, bool(at)) for *row, at in batches) == [
        ("model", "record", 1, True),
        ("model", "record", 2, False),
        ("montana", "transcript", 1, True),
    ]
    assert BatchLine.objects.filter(not_taken=True).count() == 2
    waiting = RecordBatch.objects.waiting().get().lines
    assert waiting.filter(step="add").count() > waiting.filter(step="remove").count() > 0
    assert StudentNumber.objects.filter(institution__slug="model").count() > 50
    assert Award.objects.filter(institution__slug="montana", version__notation=True).to_note().exists()


def test_nightly_comparison_found_what_was_done_by_hand(demo):
    found = Difference.objects.values_list("account__institution__slug", "kind", "state", "email")
    assert sorted(found) == [
        ("cu_boulder", "ended_there", "open", "learner025@boulder.example"),
        ("cu_boulder", "missing", "open", "learner020@boulder.example"),
        ("cu_boulder", "unknown", "ignored", "learner145@boulder.example"),
        ("cu_boulder", "unknown", "open", "learner143@boulder.example"),
        ("cu_boulder", "unknown", "open", "learner144@boulder.example"),
    ]


def test_an_access_token_ends_soon(demo):
    for account in PlatformAccount.objects.filter(platform="credly"):
        assert (account.token_expires_on - account.institution.today()).days in (
            22,
            23,
        )  # days end later in UTC
    mails = Mail.objects.filter(kind="platform_warning")
    assert mails.filter(to="registrar@boulder.example").count() == 1


def test_everything_happened_in_the_past_in_order(demo):
    now = clock.now()
    assert not Entry.objects.filter(at__gt=now).exists()
    assert not Mail.objects.filter(created_at__gt=now).exists()
    assert not Award.objects.filter(awarded_at__gt=now).exists()
    for proposal in Proposal.objects.all():
        moments = [entry.at for entry in Entry.objects.about("proposal", proposal.pk)]
        assert moments == sorted(moments)


def test_record_is_whole(demo):
    assert "The record is whole" in run("verify_record")


def test_mail_was_sent_at_its_time(demo):
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent", "bundled"}
    assert not Mail.objects.exclude(state="bundled").exclude(sent_at__date__lte=clock.today()).exists()
    assert not Mail.objects.filter(state="bundled").exclude(digest__state="sent").exists()


def test_people_are_labels_who_can_sign_in(demo, client):
    assert not Person.objects.exclude(name__startswith="Demo ").exists()
    assert not Person.objects.exclude(email__endswith=".example").exists()
    for row in DemoLoad.objects.get().signins[::12]:
        assert client.login(email=row["email"], password="let-it-be-printed")


def test_signins_are_printed_as_a_table(demo):
    lines = run("demo_signins").splitlines()
    assert lines[0].split() == ["Role", "Campus", "E-mail", "Password"]
    assert any(
        line.startswith("proposer ")
        and line.endswith("let-it-be-printed")
        and "proposer@montana.example" in line
        for line in lines
    )
    roles = " ".join(lines)
    for role in ("system operator", "programme manager", "issuer", "untrained issuer", "designee", "learner"):
        assert role in roles


def test_a_stack_was_awarded_by_itself_and_one_award_is_in_doubt(demo):
    whole = Definition.objects.get(type="micro_certificate")
    assert Award.objects.filter(definition=whole).count() == 47
    assert StackLook.objects.get(definition=whole).fulfilled == 37
    assert StackReview.objects.waiting().get().cause.recipient_email == "learner062@model.example"
    assert not StackCandidate.objects.exists()
    learner = Person.objects.get(email="learner2@model.example")
    [(found, progress)] = on_the_way(learner)
    assert (found, progress.done, progress.total) == (whole, 1, 2)
    early = Person.objects.get(email="learner096@model.example")
    assert [stop.state for stop in on_the_way(early)[0][1].stops] == ["counts", "too_early", "missing"]
