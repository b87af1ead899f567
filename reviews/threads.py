"""The talk about a proposal as one person may read it: threads by field, what is open, and the panel of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Role
from credentials.reach import grants_of
from reviews import discussion
from reviews.models import AskedView, Comment, Visibility

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from proposals.hooks import Whole
    from proposals.models import Proposal, Revision
    from reviews.models.comment import CommentQuerySet

BESIDE = "reviews/parts/beside.html"


@dataclass
class Thread:
    """A comment with its replies, oldest first; `label` is the question that it is about."""

    root: Comment
    replies: list[Comment] = field(default_factory=list)
    label: str = ""

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
    rows = Comment.objects.readable_by(person).filter(proposal=proposal)
    if only is not None:
        rows = rows.filter(Q(pk=only.pk) | Q(parent=only))
    found: dict[object, Thread] = {}
    for comment in rows.whole():
        thread = found.get(comment.parent_id)
        if thread:
            thread.replies.append(comment)
        else:
            found[comment.pk] = Thread(comment)
    known = known or {}
    about = discussion.asked_in(row.root for row in found.values() if row.root.field not in known)
    for thread in found.values():
        thread.label = known.get(thread.root.field) or about.get(thread.root.pk, "")
    return list(found.values())


def asked(proposal: Proposal) -> list[AskedView]:
    """The views of units, asked for and given, oldest first; for everyone who may see the proposal."""
    people = ("unit", "asked_by", "answered_by", "on_behalf_of", "withdrawn_by", "revision")
    return list(AskedView.objects.filter(proposal=proposal).select_related(*people))


def panel(proposal: Proposal, person: Person, whole: Whole) -> dict[str, Any]:
    """What stands above, beside and below the document on its pages (`proposals.hooks.register_panel`)."""
    known = {item["path"]: item["label"] for section in whole for item in section["items"]}
    found, views = threads(proposal, person, known=known), asked(proposal)
    latest = proposal.revisions.order_by("-number").first()
    open_here = not discussion.not_now(proposal)
    paths = set(discussion.labels(latest.form)) if latest and open_here else set()
    shown = _put_beside(proposal, found, whole, paths)
    return {
        "top": "reviews/parts/open.html",
        "below": "reviews/parts/below.html",
        "waiting": [thread for thread in found if thread.waits],
        "views": [view for view in views if view.is_open],
        "threads": [thread for thread in found if thread.root.field not in shown],
        "given": [view for view in views if not view.is_open],
        "count": sum(len(thread.said) for thread in found),
        "all": reverse("discussion", args=[proposal.pk]) if found or views else "",
        "write": reverse("comment_new", args=[proposal.pk]) if open_here else "",
        "ask": reverse("view_ask", args=[proposal.pk])
        if open_here and discussion.may_ask(proposal, person)
        else "",
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
                "threads": here,
                "count": sum(len(thread.said) for thread in here),
                "waiting": sum(thread.waits for thread in here),
                "url": f"{write}?{urlencode({'field': path})}" if path in paths else "",
            }
    return {item["path"] for item in items}


def about(revision: Revision, path: str) -> str:
    """The question of a path, for the page on which one writes about it; "" for the whole or an unknown one."""
    return discussion.labels(revision.form).get(path, "") if path else ""


def concerns_to_answer(person: Person) -> list[Comment]:
    """Concerns that wait for the person's written answer, oldest first: about their own proposals, and those that one
    body alone reads, which another of its members answers."""
    own = Q(proposal__in=person.proposerships.values("proposal"))
    within = Q(visibility=Visibility.BODY)
    asked = ((own & ~within) | (~own & within)) & ~Q(author=person)
    if not _unanswered(Comment.objects.filter(asked)).exists():  # who may read what takes longer to find
        return []
    return list(_unanswered(Comment.objects.visible_to(person).filter(asked)))


def own_concerns(person: Person) -> list[Comment]:
    """Concerns that the person raised and that wait for an answer, oldest first."""
    if not _unanswered(Comment.objects.filter(author=person)).exists():
        return []
    return list(_unanswered(Comment.objects.visible_to(person).filter(author=person)))


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
