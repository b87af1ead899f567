"""The talk about a proposal as one person may read it: threads by field, what is open, and the panel of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Role
from credentials.reach import grants_of
from proposals.models import Proposal, Revision
from reviews import discussion
from reviews.models import AskedView, Comment, Visibility

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from proposals.hooks import Whole
    from reviews.models.comment import CommentQuerySet

BESIDE = "reviews/parts/beside.html"
LATEST = (
    10  # threads on a page of the document, beside concerns that wait; all of them have a page of their own
)
SHOWN = (  # of a comment; of its revision the number, since what it asks and answers is long
    "author",
    "settled_by",
    Prefetch("revision", Revision.objects.defer("answers", "form", "files", "proposers")),
    "versions",
)


@dataclass
class Thread:
    """A comment with its replies, oldest first; `label` is the question that it is about."""

    root: Comment
    replies: list[Comment] = field(default_factory=list)
    label: str = ""
    drawn: bool = False  # whether it is shown here, or only counted

    @property
    def said(self) -> list[Comment]:
        return [self.root, *self.replies]

    @property
    def answered(self) -> bool:
        """Whether a concern has a written answer that stands."""
        return any(reply.answers and reply.withdrawn_at is None for reply in self.replies)

    @property
    def waits(self) -> bool:
        """Whether it is a concern that keeps a step from closing."""
        root = self.root
        return root.concern and not (root.withdrawn_at or root.settled_at or self.answered)


def threads(
    proposal: Proposal, person: Person, only: Comment | None = None, known: Mapping[str, str] | None = None
) -> list[Thread]:
    """Every thread on the proposal that the person may read (or one), oldest first; a fixed number of queries.

    The proposal is one that the person may see; `known` are questions by path that need not be looked up. A reply of one's own whose thread one reads no more stands alone.
    """
    found = _grouped(Comment.objects.readable_by(person).filter(proposal=proposal), only)
    _complete(found, known or {})
    return found


def _grouped(rows: CommentQuerySet, only: Comment | None = None) -> list[Thread]:
    """The threads of these comments (or one), oldest first, with what the rows themselves hold."""
    if only is not None:
        rows = rows.filter(Q(pk=only.pk) | Q(parent=only))
    found: dict[object, Thread] = {}
    for comment in rows.order_by("written_at", "pk"):
        thread = found.get(comment.parent_id)
        if thread:
            thread.replies.append(comment)
        else:
            found[comment.pk] = Thread(comment)
    return list(found.values())


def _complete(found: list[Thread], known: Mapping[str, str]) -> None:
    """Everything that a page shows of these threads; a fixed number of queries."""
    prefetch_related_objects([said for thread in found for said in thread.said], *SHOWN)
    about = discussion.asked_in(row.root for row in found if row.root.field not in known)
    for thread in found:
        thread.label = known.get(thread.root.field) or about.get(thread.root.pk, "")
        thread.drawn = True


def _pressing(found: list[Thread]) -> list[Thread]:
    """The concerns that wait and the threads in which somebody spoke last, as many as a page of the document shows."""
    latest = {id(thread) for thread in sorted(found, key=lambda one: one.said[-1].written_at)[-LATEST:]}
    return [thread for thread in found if thread.waits or id(thread) in latest]


def asked(proposal: Proposal) -> list[AskedView]:
    """The views of units, asked for and given, oldest first; for everyone who may see the proposal."""
    people = ("unit", "asked_by", "answered_by", "on_behalf_of", "withdrawn_by", "revision")
    return list(AskedView.objects.filter(proposal=proposal).select_related(*people))


def panel(proposal: Proposal, person: Person, whole: Whole) -> dict[str, Any]:
    """What stands above, beside and below the document on its pages (`proposals.hooks.register_panel`).

    Beside a document stand the concerns that wait and the latest threads; without one (`whole` empty) all of them.
    """
    known = {item["path"]: item["label"] for section in whole for item in section["items"]}
    found, views = _grouped(Comment.objects.readable_by(person).filter(proposal=proposal)), asked(proposal)
    _complete(_pressing(found) if whole else found, known)
    latest = max(proposal.revisions.all(), key=lambda row: row.number, default=None)
    open_here = not discussion.not_now(proposal)
    paths = set(discussion.labels(latest.form)) if latest and open_here else set()
    shown = _put_beside(proposal, found, whole, paths)
    rest = [thread for thread in found if thread.root.field not in shown]
    return {
        "top": "reviews/parts/open.html",
        "below": "reviews/parts/below.html",
        "waiting": [thread for thread in found if thread.waits],
        "views": [view for view in views if view.is_open],
        **_shown(proposal, rest),
        "given": [view for view in views if not view.is_open],
        "count": sum(len(thread.said) for thread in found),
        "all": reverse("discussion", args=[proposal.pk]) if found or views else "",
        "write": reverse("comment_new", args=[proposal.pk]) if open_here else "",
        "ask": reverse("view_ask", args=[proposal.pk])
        if open_here and discussion.may_ask(proposal, person)
        else "",
    }


def _shown(proposal: Proposal, found: list[Thread]) -> dict[str, Any]:
    """The threads that are shown; of the others how many comments, and where on the page of all the first stands."""
    others = [thread for thread in found if not thread.drawn]
    everything = reverse("discussion", args=[proposal.pk])
    return {
        "threads": [thread for thread in found if thread.drawn],
        "others": sum(len(thread.said) for thread in others),
        "others_url": f"{everything}#comment-{others[0].root.pk}" if others else "",
    }


def _put_beside(proposal: Proposal, found: list[Thread], whole: Whole, paths: set[str]) -> set[str]:
    """Give each question of the document its threads and the way to write; returns the questions shown."""
    by_field: dict[str, list[Thread]] = {}
    for thread in found:
        by_field.setdefault(thread.root.field, []).append(thread)
    items = [item for section in whole for item in section["items"]]
    write = reverse("comment_new", args=[proposal.pk])
    for item in items:
        here, path = by_field.get(item["path"], []), item["path"]
        if here or path in paths:
            item["beside"] = {
                "template": BESIDE,
                "label": item["label"],
                **_shown(proposal, here),
                "count": sum(len(thread.said) for thread in here),
                "waiting": sum(thread.waits for thread in here),
                "url": f"{write}?{urlencode({'field': path})}" if path in paths else "",
            }
    return {item["path"] for item in items}


def about(revision: Revision, path: str) -> str:
    """The question of a path, for the page on which one writes about it; "" for the whole or an unknown one."""
    return discussion.labels(revision.form).get(path, "") if path else ""


def concerns_about(person: Person) -> list[Comment]:
    """Concerns about the person's own proposals that wait for a written answer, oldest first."""
    if not person.is_active:
        return []
    own = Comment.objects.filter(proposal__in=person.proposerships.values("proposal"))
    return list(_unanswered(own.exclude(visibility=Visibility.BODY).exclude(author=person)))


def concerns_within(person: Person) -> list[Comment]:
    """Concerns that one body alone reads and another of its members, the person, answers; oldest first."""
    among = Comment.objects.filter(visibility=Visibility.BODY).exclude(author=person)
    if not _unanswered(among).exists():  # who may read what takes longer to find
        return []
    return list(_unanswered(among.within_bodies_of(person)))


def own_concerns(person: Person) -> list[Comment]:
    """Concerns that the person raised and that wait for an answer, oldest first."""
    seen = Proposal.objects.visible_to(person).values("pk")
    return list(_unanswered(Comment.objects.filter(author=person, proposal__in=seen)))


def _unanswered(rows: CommentQuerySet) -> CommentQuerySet:
    waiting = rows.unanswered().exclude(proposal__state__in=discussion.ENDED)
    related = waiting.select_related("proposal__institution", "proposal__unit", "author")
    return related.order_by("written_at")


def views_asked_by(person: Person) -> list[AskedView]:
    """Views that the person asked for and that have not come in, oldest first."""
    if not AskedView.objects.waiting().filter(asked_by=person).exists():
        return []
    rows = AskedView.objects.visible_to(person).waiting().filter(asked_by=person)
    rows = rows.exclude(proposal__state__in=discussion.ENDED)
    return list(rows.select_related("proposal__institution", "unit").order_by("asked_at"))


def views_to_give(person: Person) -> list[AskedView]:
    """Requests for the view of a unit that the person heads, or for whose head they act; oldest first."""
    if not any(grant.role == Role.SECTION_HEAD for grant in grants_of(person)):
        return []
    rows = AskedView.objects.visible_to(person).asked_of(person)
    rows = rows.exclude(proposal__state__in=discussion.ENDED)
    return list(rows.select_related("proposal__institution", "unit", "asked_by").order_by("asked_at"))
