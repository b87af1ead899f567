"""The front page of the dashboard: each person's own queue, part by part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from desk.navigation import standing_of
from desk.work import coming, due, issuing, meetings, office, pipeline, records, signing, talk, votes
from desk.work.addresses import address
from desk.work.item import Items

if TYPE_CHECKING:
    from django.http import HttpRequest

    from desk.work.item import Item
    from desk.work.standing import Standing
    from issuance.offices import Office

SIGNERS = {"supervisor", "section_head", "office_holder", "programme_manager"}


@dataclass(frozen=True)
class Part:
    """A section of the queue. Without items it is shown only where it has words for that."""

    title: str
    items: list[Item] = field(default_factory=list)
    none: str = ""
    template: str = "desk/queue/items.html"
    figure: dict[str, Any] | None = None
    batches: list[dict[str, Any]] = field(default_factory=list)
    counted: bool = True
    link: dict[str, str] = field(default_factory=dict)
    later: str = ""  # where it is fetched from when the page stands: it takes longer than all the rest

    @property
    def number(self) -> int:
        """How many there are, with those that the list leaves out."""
        return self.items.total if isinstance(self.items, Items) else len(self.items)

    @property
    def shown(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.items or self.figure or self.batches or self.none or self.later)


def front(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook: adds `queue` to the context of the front page."""
    standing = standing_of(request)
    parts = queue(standing) if standing else []
    return {**context, "queue": parts, "zone": standing.zone if standing else None}


def queue(standing: Standing) -> list[Part]:
    """What waits for the person, most pressing first; then what they oversee, and what became of their votes."""
    conditions, conditions_elsewhere = talk.conditions(standing)
    found = [
        *_bodies(standing),
        *_signatures(standing, conditions),
        *_office_work(standing),
        *_badges(standing),
    ]
    found.append(Part("Just recorded", signing.to_undo(standing), counted=False))
    found += _overview(standing)
    lately = votes.decided(standing)
    others = talk.asked_of_others(standing, conditions_elsewhere)
    found.append(Part("What you wait for", others, counted=False))
    found.append(Part("What became of your votes", lately, template="desk/queue/decided.html", counted=False))
    return [part for part in found if part.shown]


def _bodies(standing: Standing) -> list[Part]:
    none = "No ballot waits for you. You get a mail when one opens." if standing.ties.sits else ""
    ahead, drafts = meetings.of_bodies(standing)
    return [
        Part("Ballots that wait for you", votes.to_vote(standing), none),
        Part("Ballots you chair", votes.to_chair(standing)),
        Part("Votes to hold", votes.to_hold_again(standing)),
        Part("Proposals for a meeting", meetings.to_plan(standing)),
        Part("Your next meetings", ahead),
        Part("Minutes to read", drafts, counted=False),
        Part("Bodies to put together", signing.to_form(standing)),
    ]


def _signatures(standing: Standing, conditions: list[Item]) -> list[Part]:
    none = "Nothing waits for your signature." if standing.roles & SIGNERS else ""
    return [
        Part("To sign or to answer", signing.to_sign(standing), none),
        Part("Concerns to answer", talk.concerns(standing)),
        Part("Views asked of your unit", talk.views_asked(standing)),
        Part("Conditions to meet or to accept", conditions),
        Part("Proposals to open", signing.to_move_on(standing)),
    ]


def _office_work(standing: Standing) -> list[Part]:
    link = _link("outreach_home", "The office")
    return [
        Part("Questions to the office", office.enquiries(standing), link=link),
        Part("Who came?", office.to_mark(standing), link=link),
    ]


def _badges(standing: Standing) -> list[Part]:
    person = standing.person
    came_back, _asked = issuing.own_requests(standing)
    return [
        *(_office(office, items) for office, items in issuing.queues(person)),
        Part("Stacks to look at again", issuing.stacks(standing), link=_link("stack_reviews", "All of them")),
        Part("Notations to record", records.notations(person), link=_link("notations", "All notations")),
        Part(
            "Batches for the student system",
            records.batches_to_record(standing),
            link=_link("student_system", "Student system"),
        ),
        Part("Requests that came back to you", came_back),
        Part("Accounts at platforms", issuing.accounts(standing)),
        Part("Failures", issuing.failures(standing), template="desk/queue/failures.html", counted=False),
        Part(
            "Where the platforms and we differ",
            issuing.differences(standing),
            counted=False,
            link=_link("differences", "Both sides, and when they were compared"),
        ),
        Part(
            "Batches under way",
            batches=issuing.batches(standing),
            template="desk/queue/batches.html",
            counted=False,
        ),
    ]


def _office(office: Office, items: list[Item]) -> Part:
    """The release queue of one office; a person of several sees them apart."""
    title = f"Requests to check: {office.name}"
    if office.acting_for:
        title += f", for {' and '.join(str(person) for person in office.acting_for)}"
    none = "No request waits for your office."
    return Part(title, items, none, link={"url": office.url, "label": f"Queue of {office.name}"})


def _link(name: str, label: str) -> dict[str, str]:
    return {"url": address(name), "label": label}


def _overview(standing: Standing) -> list[Part]:
    """For those who oversee: what is late; for those who manage a campus also the pipeline."""
    if not standing.oversees_pilots:
        return [Part(due.DUE, due.mine(standing)), *_coming(standing)]
    found = [_later("overseen", due.DUE)]
    campuses = pipeline.oversees(standing.person) if standing.manages else []
    if campuses:
        template = "desk/queue/pipeline.html"
        found.append(
            Part("The pipeline", figure=pipeline.overview(campuses), template=template, counted=False)
        )
        found.append(Part("Issuers without training", issuing.untrained(standing)))
        return found
    return [*found, *_coming(standing, late=False)]


def _coming(standing: Standing, *, late: bool = True) -> list[Part]:
    """For those who sign, or form bodies: what is on its way to them and what of it is late."""
    here = coming.where(standing)
    if here is None:
        return []
    figure, template = coming.figure(standing, here), "desk/queue/coming.html"
    found = [Part("On its way to you", figure=figure, template=template, counted=False)]
    if late:
        found.append(_later("late-coming", due.HELD_UP))
    return found


def _later(name: str, title: str) -> Part:
    return Part(title, later=reverse("waiting", args=[name]), template="desk/queue/later.html")
