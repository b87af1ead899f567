"""What a proposal is on paper: a revision, what changed between two, its record. Data for `journal.papers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from accounts.models import Person
from journal import clock
from journal.papers import blocks
from journal.papers.sizes import size_of
from policies.schema import Form
from proposals import comparing, hooks, reading, recorded, redline, words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from journal.papers.blocks import Block, Cell, Piece
    from policies.engine import Answers
    from proposals.models import Proposal, Revision
    from proposals.redline import Span
    from proposals.versions import Version

LEGEND: list[Piece] = [
    ("How to read it: ", "same"),
    ("underlined", "added"),
    (" was added, ", "same"),
    ("struck through", "removed"),
    (" was removed.", "same"),
]
WITHHELD = "What a body did; this entry is withheld from you"
CHECKED = (
    "Each entry is sealed with a hash over its text and over the seal of the entry before it, so that nothing can be "
    "changed or taken away unseen. The record as a file (JSON) holds the texts that were sealed, to be checked by "
    "anybody."
)


def day(moment: dt.datetime, proposal: Proposal) -> str:
    """A day of the campus, written out: "3 March 2027"."""
    return f"{_local(moment, proposal):%-d %B %Y}"


def footer(proposal: Proposal) -> str:
    """The line at the foot of each page: when the paper was made."""
    return f"Made on {day(clock.now(), proposal)}"


def _local(moment: dt.datetime, proposal: Proposal) -> dt.datetime:
    return moment.astimezone(ZoneInfo(proposal.institution.timezone))


# --- a revision ------------------------------------------------------------------------------------
def revision(proposal: Proposal, shown: Revision) -> Mapping[str, Any]:
    """One revision as it was submitted, with the form by which it was asked."""
    form = Form.model_validate(shown.form)
    return blocks.document(
        title=str(proposal),
        kicker=f"{form.title}, revision {shown.number}",
        institution=proposal.institution.name,
        size=size_of(proposal.institution),
        footer=footer(proposal),
        blocks=[
            blocks.facts(_facts(proposal, shown)),
            *document(form, shown, proposal.type),
            blocks.text(f"Seal {shown.hash}", "small"),
        ],
    )


def _facts(proposal: Proposal, shown: Revision) -> list[tuple[str, str]]:
    people = Person.objects.filter(pk__in=shown.proposers).order_by("name")
    return [
        ("Proposed by", words.listed([str(person) for person in people])),
        ("Unit", str(proposal.unit)),
        ("Submitted", f"{day(shown.submitted_at, proposal)}, by {shown.submitted_by}"),
    ]


def document(form: Form, shown: Revision, type: str, level: int = 1) -> list[Block]:
    """The questions and answers of a revision, its sections as headings of this level."""
    return [*answers(form, shown.answers, type, shown.files, level), *hooks.on_paper(shown, level)]


def answers(
    form: Form, given: Answers, type: str, files: list[Any] | None = None, level: int = 1
) -> list[Block]:
    """The same of any form."""
    found: list[Block] = []
    for section in reading.read_whole(form, given, files or [], type):
        if section["items"]:
            found.append(blocks.heading(level, section["title"]))
        for item in section["items"]:
            found += [blocks.heading(level + 1, item["label"], look="question"), _answer(item)]
    return found


def _answer(item: dict[str, Any]) -> Block:
    if item["kind"] == "rows" and item["rows"]:
        rows = [[str(cell) for cell in row] for row in item["rows"]]
        return blocks.table(item["columns"], rows)
    if item["kind"] == "files" and item["files"]:
        return blocks.items(file["name"] for file in item["files"])
    return blocks.text(item["text"]) if item.get("text") else blocks.text(blocks.NOTHING, "faint")


# --- what changed ----------------------------------------------------------------------------------
def red_line(
    proposal: Proposal, was: Version, now: Version, sections: list[redline.Section], *, only: bool
) -> Mapping[str, Any]:
    """What changed from one version to another; with `only` nothing else."""
    changes = redline.counted(sections)
    dates = [f"{one.name} ({one.form.title}, {day(one.on, proposal)})" for one in (was, now)]
    return blocks.document(
        title=str(proposal),
        kicker="What changed",
        institution=proposal.institution.name,
        size=size_of(proposal.institution),
        lead=f"From {dates[0]} to {dates[1]}: {_several(changes)}.",
        footer=footer(proposal),
        blocks=changed(sections, {"was": was.name, "now": now.name}, only=only),
    )


def changed(
    sections: list[redline.Section], names: dict[str, str], *, only: bool, level: int = 1
) -> list[Block]:
    """A red-line, its sections as headings of this level; `names` of the two versions, "was" and "now"."""
    changes = redline.counted(sections)
    found = [blocks.pieces(LEGEND)] if changes else []
    for part in comparing.numbered(sections, names, changes, only):
        found.append(blocks.heading(level, _pieces(part["section"].title)))
        found += [blocks.text(part["alone"], "small")] if part["alone"] else []
        for shown in part["items"]:
            found += [_question(shown, level + 1), _compared(shown)]
    return found


def _several(changes: int) -> str:
    return "both say the same" if not changes else f"{changes} change{'s' if changes > 1 else ''}"


def _question(shown: dict[str, Any], level: int) -> Block:
    mark = ": ".join(filter(None, [f"Change {shown['number']}", shown["word"]])) if shown["number"] else ""
    return blocks.heading(level, _pieces(shown["item"].label), mark, look="question")


def _compared(shown: dict[str, Any]) -> Block:
    item = shown["item"]
    if item.shape == "table" and shown["rows"]:
        head: list[Cell] = ["Row", *(_pieces(column.label) for column in item.columns)]
        rows: list[list[Cell]] = [
            [row.kind.capitalize(), *(_pieces(cell) for cell in row.cells)] for row in shown["rows"]
        ]
        return blocks.table(head, rows)
    if item.shape == "table" and item.rows:
        return blocks.text("No row differs.", "faint")
    if item.shape in ("list", "files") and item.entries:
        return blocks.items([(entry.text, entry.kind)] for entry in item.entries)
    return blocks.pieces(_pieces(shown["spans"])) if shown["spans"] else blocks.text(blocks.NOTHING, "faint")


def _pieces(spans: Iterable[Span]) -> list[Piece]:
    return [(f"{span.sign}{span.text}", span.kind) for span in spans]


# --- the record ------------------------------------------------------------------------------------
def record(proposal: Proposal, person: Person) -> Mapping[str, Any]:
    """Everything that happened, oldest first, as far as this person reads it in the record's file."""
    rows, shown = recorded.told(proposal, person)
    lines = recorded.lines(rows, proposal.policy.pack)
    seal = recorded.seal(proposal)
    table = [
        [str(row.number), f"{_local(row.at, proposal):%-d %b %Y, %H:%M}", *_said(line, row.pk in shown)]
        for row, line in zip(rows, lines, strict=True)
    ]
    return blocks.document(
        title=str(proposal),
        kicker="The record",
        institution=proposal.institution.name,
        size=size_of(proposal.institution),
        lead=f"Everything that happened until {day(clock.now(), proposal)}, in the order in which it did.",
        footer=footer(proposal),
        blocks=[
            blocks.table(["No.", "When", "What happened", "By", "Seal"], table),
            blocks.heading(1, "How it can be checked"),
            blocks.text(CHECKED),
            blocks.facts([("Entries", str(seal["number"])), ("Seal of the last one", str(seal["hash"]))]),
        ],
    )


def _said(line: dict[str, Any], shown: bool) -> list[str]:
    if not shown:
        return [WITHHELD, "", line["proof"][:12]]
    terms = [f"{one['term']}: {one['value']}" for one in line["recorded"]]
    by = f"{line['by']}, for {line['on_behalf_of']}" if line["on_behalf_of"] else line["by"]
    return [
        "\n".join(filter(None, [line["text"], line["note"], *terms])),
        by,
        line["proof"][:12],
    ]
