"""`packet`: seconds in which a worker makes the packet of a meeting, each proposal with red-line and comments, beside
what setting the same paper takes by itself."""

from __future__ import annotations

import copy
import datetime as dt
import time
import uuid

from desk.bench.figures import Figure
from desk.bench.rules import full_answers
from desk.bench.world import World, build
from journal import clock
from journal.papers import render
from policies.engine import Answers
from proposals.models import Document, Proposal, Proposer, Revision, Step
from proposals.states import State
from reviews.meetings import packet_making, packet_paper
from reviews.models import AgendaItem, Comment, CommentVersion, Meeting, MeetingState, Packet, Visibility

BODY, FORM = "committee", "proposal"
MOST_SECONDS = 10.0
COMMENTS = 10  # on each proposal


def measure(n: int) -> Figure:
    """A meeting with n proposals, each in its second revision and commented on."""
    world = build("model")
    steps = [_step(world, number) for number in range(n)]
    _meeting(world, steps, 1, MeetingState.ADJOURNED)
    meeting = _meeting(world, steps, 2, MeetingState.CALLED)
    packet_making.follow()
    packet = Packet.objects.get(meeting=meeting)
    started = time.perf_counter()
    done = packet_making.run(packet.pk)
    seconds = time.perf_counter() - started
    packet.refresh_from_db()
    extra = {"pages": _pages(packet), "size_kb": packet.file.size // 1024 if packet.file else 0}
    good = done and seconds < MOST_SECONDS
    return Figure("packet", seconds, "s", _setting(meeting), n, f"value < {MOST_SECONDS:g} s", good, extra)


def _setting(meeting: Meeting) -> float:
    """The bound: the typesetter's own seconds for the same paper."""
    data = packet_paper.packet(meeting, (), lambda _done: None)
    started = time.perf_counter()
    render("document", data, seconds=packet_making.SECONDS)
    return time.perf_counter() - started


def _pages(packet: Packet) -> int:
    """As its metadata says."""
    content = packet.file.file.read() if packet.file else b""
    return int(content.partition(b"<xmpTPg:NPages>")[2].partition(b"<")[0] or 0)


def _step(world: World, number: int) -> Step:
    """A proposal before the committee, with two revisions, and comments for the body."""
    institution, unit, now = world.definition.institution, world.definition.unit, clock.now()
    proposal = Proposal.objects.create(
        institution=institution,
        unit=unit,
        type=institution.policy.pack.types[0].id,
        title=f"Bench proposal {number}",
        state=State.COMMITTEE_REVIEW,
        policy=institution.policy,
        created_by=world.issuer,
        created_at=now,
        submitted_at=now,
        state_since=now,
    )
    Proposer.objects.create(proposal=proposal, person=world.issuer, added_at=now)
    answers = full_answers(institution.policy.pack.form(FORM))
    first, _second = _revision(world, proposal, 1, answers), _revision(world, proposal, 2, _changed(answers))
    _comments(world, proposal, first)
    return Step.objects.create(
        proposal=proposal, state=proposal.state, key="committee_ballot", kind="ballot", title="The committee decides",
        body=BODY, position=1, status="open", opened_at=now,
    )  # fmt: skip


def _revision(world: World, proposal: Proposal, number: int, answers: Answers) -> Revision:
    now = clock.now()
    facts = {"answers": answers, "updated_at": now, "updated_by": world.issuer}
    document, _made = Document.objects.get_or_create(proposal=proposal, form=FORM, defaults=facts)
    return Revision.objects.create(
        proposal=proposal,
        document=document,
        number=number,
        answers=answers,
        form=proposal.policy.pack.form(FORM).model_dump(mode="json"),
        proposers=[str(world.issuer.pk)],
        hash=uuid.uuid4().hex * 2,
        submitted_at=now,
        submitted_by=world.issuer,
    )


def _changed(answers: Answers) -> Answers:
    """Every seventh word of every text is another one."""
    found = copy.deepcopy(answers)
    for fields in found.values():
        for name, value in fields.items():
            if isinstance(value, str) and " " in value:
                words = value.split(" ")
                words[::7] = [f"other{n}" for n, _word in enumerate(words[::7])]
                fields[name] = " ".join(words)
    return found


def _comments(world: World, proposal: Proposal, revision: Revision) -> None:
    now = clock.now()
    rows = Comment.objects.bulk_create(
        Comment(
            proposal=proposal, revision=revision, author=world.certifier, body=BODY, visibility=Visibility.BODY,
            written_at=now,
        )
        for _ in range(COMMENTS)
    )  # fmt: skip
    said = "Who assesses it, and by which criteria? " * 5
    CommentVersion.objects.bulk_create(
        CommentVersion(comment=row, number=1, text=said, at=now) for row in rows
    )


def _meeting(world: World, steps: list[Step], number: int, state: MeetingState) -> Meeting:
    """A meeting with each proposal on its agenda in this revision; in the end in this state."""
    institution, now = world.definition.institution, clock.now()
    meeting = Meeting.objects.create(
        institution=institution,
        policy=institution.policy,
        body=BODY,
        starts_at=now + dt.timedelta(days=number),
        planned_by=world.issuer,
        planned_at=now,
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, position=place, kind="proposal", step=step, added_by=world.issuer, added_at=now,
            revision=step.proposal.revisions.get(number=number),
        )
        for place, step in enumerate(steps, 1)
    )  # fmt: skip
    meeting.state = state
    if state == MeetingState.ADJOURNED:
        meeting.opened_at, meeting.adjourned_at = now, now
        meeting.opened_by = meeting.adjourned_by = world.issuer
    meeting.save()
    return meeting
