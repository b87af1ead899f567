"""What stands in the packet of a meeting: a cover with the agenda, and for each proposal on it what its members read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils.formats import date_format

from journal import clock
from journal.papers import blocks
from journal.papers.sizes import size_of
from policies.schema import Form
from proposals import papers, redline, versions, words
from proposals.models import Revision
from reviews import discussion
from reviews.meetings import minutes, minutes_paper, packets
from reviews.models import AgendaItem, AskedView, Ballot, BallotState, CommentVersion, ItemKind, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from journal.papers.blocks import Block
    from proposals.models import Proposal
    from reviews.models import Comment, Meeting

READERS = {
    Visibility.BODY: "for the body only",
    Visibility.PROPOSERS: "for the body and the proposers",
    Visibility.EVERYONE: "for everyone in the process",
}
READINGS = {1: "First reading", 2: "Second reading"}


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The agenda in its order, with all that the packet says of it, in a fixed number of queries."""
    related = (
        "step__proposal__unit",
        "step__proposal__institution",
        "revision__submitted_by",
        "minutes_of__policy",
    )
    revisions = Revision.objects.only("pk", "number", "proposal", "submitted_at")
    rows = meeting.items.select_related(*related).prefetch_related(
        Prefetch("step__proposal__revisions", revisions), "step__proposal__proposers__person"
    )
    return list(rows.order_by("position"))


def packet(meeting: Meeting, kept: Collection[str], progress: Callable[[int], object]) -> Mapping[str, Any]:
    """The packet without what is `kept` from its readers; `progress` is told how many items are gathered."""
    items = items_of(meeting)
    said = _comments(meeting, kept)
    found = [*_cover(meeting, items), blocks.heading(1, "Contents", look="aside"), blocks.contents()]
    for done, item in enumerate(items, 1):
        found.append(blocks.heading(1, f"{done}. {item.subject}", new_page=item.kind == ItemKind.PROPOSAL))
        found += [blocks.quote(item.text)] if item.text else []
        if item.step is not None and item.revision is not None:
            found += _proposal(meeting, item, item.step.proposal, item.revision, said)
        elif item.minutes_of is not None:
            found += minutes_paper.parts(minutes.said(item.minutes_of), level=2)
        progress(done)
    return blocks.document(
        title=meeting.body_rules.name,
        kicker="Packet of a meeting",
        institution=meeting.institution.name,
        size=size_of(meeting.institution),
        lead=_when(meeting),
        footer=f"As of {_moment(meeting)}",
        blocks=found,
    )


def _moment(meeting: Meeting) -> str:
    return date_format(clock.now().astimezone(meeting.zone), "j F Y, H:i")


def _when(meeting: Meeting) -> str:
    when = date_format(meeting.starts_at.astimezone(meeting.zone), "l, j F Y, H:i")
    return f"{when}, {meeting.place}" if meeting.place else when


def _cover(meeting: Meeting, items: list[AgendaItem]) -> list[Block]:
    rows = [[str(n), item.subject, _about(item), _how(item)] for n, item in enumerate(items, 1)]
    called = [f"{row.person} ({row.title})" for row in meeting.roll.select_related("person").order_by("pk")]
    return [
        blocks.table(["No.", "Agenda", "About", "How"], rows),
        *([blocks.heading(1, "Called", look="aside"), blocks.items(called)] if called else []),
    ]


def _about(item: AgendaItem) -> str:
    if item.step is None or item.revision is None:
        return ""
    return f"{item.step.proposal.unit}, revision {item.revision.number}"


def _how(item: AgendaItem) -> str:
    """How it is dealt with, where that is not one by one."""
    said = [READINGS.get(item.reading, ""), "Consent group" if item.consent else ""]
    return ", ".join(filter(None, said))


# --- one proposal ----------------------------------------------------------------------------------
def _proposal(
    meeting: Meeting,
    item: AgendaItem,
    proposal: Proposal,
    revision: Revision,
    said: dict[object, list[Block]],
) -> Iterator[Block]:
    """The facts, what changed, what is said, and the revision that the body decides on."""
    form = Form.model_validate(revision.form)
    last = last_seen(meeting, item)
    yield blocks.facts(
        [
            ("Proposed by", words.listed([str(row.person) for row in proposal.proposers.all()])),
            ("Unit", str(proposal.unit)),
            ("Before the body", f"revision {revision.number}, {papers.day(revision.submitted_at, proposal)}"),
            ("The body saw last", f"revision {last.number}" if last else "nothing of it"),
            ("Rule", item.step.clause if item.step else ""),
        ]
    )
    if last is not None:
        yield blocks.heading(2, f"What changed since revision {last.number}")
        yield from _changes(proposal, last, revision)
    if said.get(proposal.pk):
        yield blocks.heading(2, "What is said about it")
        yield from said[proposal.pk]
    yield blocks.heading(2, f"{form.title}, revision {revision.number}")
    yield from papers.document(form, revision, proposal.type, level=3)
    yield blocks.text(f"Seal {revision.hash}", "small")


def last_seen(meeting: Meeting, item: AgendaItem) -> Revision | None:
    """The latest earlier revision that the same body had before it: one on which it closed a ballot, or that stood on
    the agenda of a meeting that is over. One query."""
    if item.step is None or item.revision is None:
        return None
    ballots = Ballot.objects.filter(
        proposal=item.step.proposal_id, body=meeting.body, state=BallotState.CLOSED
    )
    agendas = AgendaItem.objects.filter(
        step__proposal=item.step.proposal_id, meeting__body=meeting.body, meeting__state="adjourned"
    )
    seen = Q(pk__in=ballots.values("revision")) | Q(pk__in=agendas.values("revision"))
    rows = Revision.objects.filter(seen, number__lt=item.revision.number)
    return rows.order_by("number").last()


def _changes(proposal: Proposal, last: Revision, revision: Revision) -> list[Block]:
    was, now = versions.submitted(last), versions.submitted(revision)
    sections = versions.red_line(proposal, was, now)
    if not redline.counted(sections):
        return [blocks.text("Both say the same.")]
    return papers.changed(sections, {"was": was.name, "now": now.name}, only=True, level=3)


# --- what is said ----------------------------------------------------------------------------------
def _comments(meeting: Meeting, kept: Collection[str]) -> dict[object, list[Block]]:
    """Comments and the views of units by proposal, oldest first, without what is kept from the readers."""
    rows = (
        packets.comments(meeting)
        .select_related("author", "revision")
        .defer("revision__answers", "revision__form", "revision__files", "revision__proposers")
    )
    latest = CommentVersion.objects.order_by("number")
    found = list(rows.prefetch_related(Prefetch("versions", latest)).order_by("written_at", "pk"))
    shown = [row for row in found if f"{row.proposal_id}:{row.visibility}" not in kept]
    about = discussion.asked_in(shown)
    said: dict[object, list[Block]] = {}
    for row in shown:
        quoted = blocks.quote(row.text, _by(meeting, row, about.get(row.pk, "")))
        said.setdefault(row.proposal_id, []).append(quoted)
    for view in _views(meeting):
        by = f"View of {view.unit}, {_day(meeting, view.answered_at)}"
        said.setdefault(view.proposal_id, []).append(blocks.quote(view.answer, by))
    return said


def _views(meeting: Meeting) -> list[AskedView]:
    rows = AskedView.objects.filter(proposal__steps__agenda_items__meeting=meeting, answered_at__isnull=False)
    return list(rows.select_related("unit").distinct().order_by("answered_at"))


def _by(meeting: Meeting, comment: Comment, about: str) -> str:
    """Who said it, when, about what, and who else reads it."""
    named = "Concern of" if comment.concern else "Answer of" if comment.parent_id else ""
    said = [
        f"{named} {comment.author}".strip(),
        _day(meeting, comment.written_at),
        f"on “{about}”" if about else "",
        READERS[Visibility(comment.visibility)],
    ]
    return ", ".join(filter(None, said))


def _day(meeting: Meeting, moment: Any) -> str:
    return f"{moment.astimezone(meeting.zone):%-d %B %Y}"
