"""The office of each demo campus: sessions held and to come, a question answered and one that waits, a request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from outreach.actions import (
    attending,
    conversations,
    editions,
    enquiries,
    inventory,
    registering,
    sessions,
    studies,
)

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story
    from outreach.models import Session
    from proposals.models import Proposal

VISITORS = ("advising office", "evening school", "library desk")


def stories(model: Campus, boulder: Campus) -> list[Story]:
    """What the offices of two campuses do in public."""
    return [
        training_held(boulder),
        sessions_ahead(boulder),
        sessions_ahead(model),
        questions(boulder),
        kept(model),
        committee_work(boulder),
        conversation_held(model),
        conversation_open(model),
    ]


def _plan(
    campus: Campus, days: int, kind: str, title: str, text: str, capacity: int | None = None
) -> Session:
    """A session of an hour and a half, so many days ahead, at two in the afternoon on campus."""
    campus_day = campus.institution.today() + dt.timedelta(days=days)
    zone = campus.pack.calendar.timezone
    begin = dt.datetime.combine(campus_day, dt.time(14), ZoneInfo(zone))
    return sessions.plan(
        institution=campus.institution,
        kind=kind,
        title=title,
        text=text,
        starts_at=begin,
        ends_at=begin + dt.timedelta(minutes=90),
        place="Learning Commons, room 3",
        capacity=capacity,
        by=campus["manager"],
    )


def _visitors(session: Session) -> None:
    for n, label in enumerate(VISITORS, 1):
        row = registering.ask(
            session=session,
            name=f"Demo visitor, {label}",
            email=f"visitor{n}@{label.replace(' ', '-')}.example",
        )
        registering.confirm(registration=row)


def training_held(campus: Campus) -> Story:
    """A training for issuers was held: who came is marked. An info session of last month as well."""
    yield 40
    text = "How a request for badges is written, what the registrar checks, and how to read the figures."
    session = _plan(campus, 9, "issuer_training", "Issuing badges, and reading their figures", text, 20)
    rows = [registering.register(session=session, by=campus[local]) for local in ("issuer", "proposer")]
    yield 30
    marks = {row.pk: "came" for row in rows}
    attending.mark(session=session, marks=marks, by=campus["manager"])


def sessions_ahead(campus: Campus) -> Story:
    """Two to come: an info session with people, and one for a small group with a waiting list."""
    yield 6
    text = (
        "What a micro-credential is here, how one is proposed, what to expect, and time for your questions."
    )
    session = _plan(campus, 15, "info", "Micro-credentials: an introduction", text, 40)
    _visitors(session)
    text = "From the idea to a proposal that the checklist is content with. Bring your draft."
    _visitors(_plan(campus, 24, "training", "A proposal in an afternoon", text, 2))


def questions(campus: Campus) -> Story:
    """One answered and put on the page, one that waits, and a unit that asks for a session of its own."""
    yield 12
    asked = "Can a workshop that bears no credit lead to a badge?"
    answered = enquiries.ask(
        institution=campus.institution, kind="question", text=asked, by=campus["proposer2"]
    )
    yield 10
    reply = "Yes, once it is approved: the proposal says what is assessed, and how."
    enquiries.answer(enquiry=answered, text=reply, published=True, by=campus["manager"])
    yield 3
    text = "There are twelve of us. A Tuesday or Thursday afternoon would suit."
    enquiries.ask(
        institution=campus.institution,
        kind="session",
        wanted="training",
        group="Academic advisers",
        text=text,
        by=campus["proposer"],
    )
    yield 2
    text = "May two departments propose one micro-credential together?"
    enquiries.ask(institution=campus.institution, kind="question", text=text, by=campus["proposer"])


PHASES = (
    ("Where we stand", "Last year", True, (("Review what others call a micro-credential", "done"),
                                           ("Find out what is taught already", "done"))),
    ("First credentials", "This year", True, (("Approve definition and policy", "done"),
                                              ("Run the first pilots", "under_way"))),
    ("Scale", "From next year", False, (("Open more offerings where they are full", "planned"),)),
)  # fmt: skip
DEFINITION = (
    "A micro-credential names one skill or a few, says how they were assessed and by whom, and is smaller than a course "
    "or a cluster of related ones. It may lead on to a certificate or a degree."
)


def kept(campus: Campus) -> Story:
    """The roadmap with two versions, the definition approved, the inventory, a review and market intelligence."""
    manager, institution = campus["manager"], campus.institution
    phases = [_phase(*row) for row in PHASES]
    yield 200
    editions.write_roadmap(institution=institution, phases=phases[:2], why="The first plan.", by=manager)
    draft = editions.draft(institution=institution, subject="definition", text=DEFINITION, by=manager)
    editions.approve(
        edition=draft,
        approved_by="Academic senate",
        approved_on=institution.today(),
        effective_on=institution.today(),
        reference="Minutes, item 4",
        by=manager,
    )
    yield 60
    editions.write_roadmap(
        institution=institution, phases=phases, why="What comes next is known.", by=manager
    )
    for title in (
        "Laboratory safety for summer schools",
        "Workshop on reading balance sheets",
        "Choir leading",
    ):
        inventory.add(institution=institution, title=title, by=manager)
    yield 35
    title = "Most definitions name a smaller scope and a record of learning"
    _study(campus, "field", title, "A survey of national bodies")
    title = "People who can explain energy data to those who run buildings"
    energy = campus.proposals["model_energy"]
    _study(campus, "market", title, "Postings of the state's employment office", energy)


def _phase(title: str, frame: str, settled: bool, activities: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    done = [{"says": says, "state": state} for says, state in activities]
    return {"title": title, "time_frame": frame, "settled": settled, "activities": done}


def _study(campus: Campus, subject: str, title: str, source: str, proposal: Proposal | None = None) -> None:
    studies.keep(
        institution=campus.institution,
        subject=subject,
        title=title,
        source=source,
        dated_on=campus.institution.today(),
        proposal=proposal,
        by=campus["manager"],
    )


def committee_work(campus: Campus) -> Story:
    """What the advisory committee keeps of its own work."""
    yield 25
    for subject, title in (
        ("frameworks", "Three sizes, so that learners know what to expect"),
        ("meanings", "With employers: what “assessed” means on a badge"),
        ("inclusion", "Recognising what people learned at work, by the same assessment"),
    ):
        _study(campus, subject, title, "The committee's own work")


def conversation_held(campus: Campus) -> Story:
    """The campus was asked about the definition before it was approved; the summary is published."""
    manager, institution = campus["manager"], campus.institution
    yield 260
    day = institution.today()
    asked = conversations.plan(
        institution=institution,
        title="What do we call a micro-credential?",
        text="The senate decides on it. Say what is missing, and what is too much.",
        draft=DEFINITION,
        opens_on=day,
        closes_on=day + dt.timedelta(days=21),
        by=manager,
    )
    conversations.say(conversation=asked, text="Say who assesses.", name="Academic advisers")
    conversations.say(conversation=asked, text="Does it have to stack? Ours stands alone.")
    for name in ("Academic advisers", "Staff council"):
        conversations.keep_group(institution=institution, name=name, met=True, met_on=day, by=manager)
    conversations.keep_group(institution=institution, name="Library", by=manager)
    yield 230
    summary = "Two points came up: who assesses is now said, and a micro-credential may stand alone."
    conversations.publish(conversation=asked, summary=summary, by=manager)


def conversation_open(campus: Campus) -> Story:
    """A draft that is open now."""
    yield 5
    day = campus.institution.today()
    conversations.plan(
        institution=campus.institution,
        title="How large may a micro-credential be?",
        text="Three sizes are proposed. Would yours fit one of them?",
        draft="Part of a course; a course with an added component; a cluster of two to six related courses.",
        opens_on=day,
        closes_on=day + dt.timedelta(days=30),
        by=campus["manager"],
    )
