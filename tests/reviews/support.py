"""A proposal placed at one step of its campus's route, and the parts of a campus that ballots need."""

import uuid

from django.db import transaction

from journal import clock
from journal.models import Entry
from proposals.actions import progress
from proposals.models import Document, Proposal, Proposer, Revision, Step, StepStatus
from reviews.actions import ballots
from reviews.models import Ballot

# Everyone who has no vote in the model university's committee.
OUTSIDERS = (
    "supervisor",
    "section_head",
    "programme_manager",
    "programme_director",
    "issuer",
    "assessor",
    "administrator",
    "learner",
    "nobody",
    "stranger",
    "second_proposer",
)
UNDERGRADUATE = {"offering": {"level": "undergraduate"}}
_PASSED = {
    "signoff": "approve",
    "ballot": "approve",
    "consultation": "done",
    "acknowledgement": "acknowledged",
}


@transaction.atomic
def at_step(campus, key, *, answers=None, proposers=None, title="Trial of the Trade"):
    """A submitted proposal whose step `key` has just opened; returns that step. Earlier steps of its state are done."""
    stage = next(stage for stage in campus.pack.stages if key in [step.id for step in stage.steps])
    proposal = _proposal(campus, stage.state, answers or {}, proposers or [campus.proposer], title)
    progress.enter(proposal=proposal, by=campus.proposer, filed=proposal.revisions.get())
    for _ in stage.steps:
        rows = [row for row in progress.rows_of(proposal) if row.status == StepStatus.OPEN]
        if key in [row.key for row in rows]:
            break
        for row in rows:
            _pass(row, campus)
        progress.open_next(proposal)
    return Step.objects.get(proposal=proposal, key=key)


def _proposal(campus, state, answers, proposers, title):
    now = clock.now()
    proposal = Proposal.objects.create(
        institution=campus.institution,
        unit=campus.unit,
        type=campus.pack.types[0].id,
        title=title,
        state=state,
        policy=campus.institution.policy,
        created_by=campus.proposer,
        created_at=now,
        submitted_at=now,
        state_since=now,
    )
    for person in proposers:
        Proposer.objects.create(proposal=proposal, person=person, added_at=now)
    revise(
        proposal,
        answers,
        form="full_proposal" if state == "full_approval" else "proposal",
        by=campus.proposer,
    )
    return proposal


def revise(proposal, answers, *, form="proposal", by):
    """A further revision of the document."""
    now = clock.now()
    document, _made = Document.objects.get_or_create(
        proposal=proposal, form=form, defaults={"answers": answers, "updated_at": now, "updated_by": by}
    )
    return Revision.objects.create(
        proposal=proposal,
        document=document,
        number=proposal.revisions.count() + 1,
        answers=answers,
        form=proposal.policy.pack.form(form).model_dump(mode="json"),
        hash=uuid.uuid4().hex,
        submitted_at=now,
        submitted_by=by,
    )


def _pass(row, campus):
    """Let an earlier step be complete."""
    Ballot.objects.filter(step=row).update(state="void", void_reason="passed over by the test")
    progress.finish(row, outcome=_PASSED[row.kind], by=campus.programme_manager)
    row.save()


def committee_ballot(campus, **kwargs):
    """The open ballot of the model university's committee: a chair, the registrar, two faculty, a student."""
    return Ballot.objects.get(step=at_step(campus, "committee_ballot", **kwargs))


def voters(ballot):
    """Everyone on the roll who votes, the chair first."""
    return [
        seat.person for seat in ballot.roll.filter(person__isnull=False, votes=True).select_related("person")
    ]


def hold(proposal):
    """As after the office put it on hold."""
    Proposal.objects.filter(pk=proposal.pk).update(state="on_hold", held_from=proposal.state)
    return Proposal.objects.get(pk=proposal.pk)


def refusal(caught):
    """What a caught refusal said: (clause, text) of each reason."""
    return [(reason.clause, reason.text) for reason in caught.value.reasons]


def cast(ballot, *choices):
    """Votes in the order of the roll; "" for who does not vote."""
    for person, choice in zip(voters(ballot), choices, strict=False):
        if choice:
            ballots.vote(ballot=ballot, choice=choice, by=person)


def close(ballot, **kwargs):
    """Close it by its chair."""
    return ballots.close(ballot=ballot, by=voters(ballot)[0], **kwargs)


def acts(proposal):
    """What the record says was done, oldest first."""
    return list(Entry.objects.about("proposal", proposal.pk).values_list("act", flat=True))
