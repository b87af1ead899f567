"""The programme director's page: who completed an offering, what they are asked and when, and how to write to them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import mark
from accounts.staff import person_of
from evaluation.actions import graduates as actions
from evaluation.models import Invitation, InvitationState, OfferingSurvey, Survey, SurveyStop
from evaluation.reach import may_adapt, offerings_directed
from evaluation.views.results import csv_file
from issuance.views.frame import on_site, put_refusal
from learning.doors import Door
from learning.models import Completion, Offering
from learning.views.offerings import tabs_of
from policies.reasons import Refused

if TYPE_CHECKING:
    import datetime as dt

A_PAGE = 50


@dataclass
class Graduate:
    """One who completed it: what they were asked and answered, and when they are asked next."""

    completion: Completion
    asked: int = 0
    answered: int = 0
    next_at: dt.datetime | None = None
    stopped: bool = False


@dataclass
class Asked:
    """What an offering asks: the version, and whether it can still be adapted."""

    survey: Survey
    mine: OfferingSurvey | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """How it stands."""
        if self.mine and self.mine.opened_at:
            return "Open: its questions stay"
        return "Adapted, not asked yet" if self.mine else "As the campus asks, not asked yet"


class LetterForm(forms.Form):
    """A letter to all graduates of an offering."""

    subject = forms.CharField(
        label="What it is about",
        max_length=actions.MOST_SUBJECT,
        error_messages={"required": "Say in a line what it is about."},
    )
    text = forms.CharField(
        label="Your message",
        max_length=actions.MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write what you want to say."},
    )


def tab(person: Any, offering: Offering) -> Door | None:
    """The page of an offering's graduates, for whoever keeps in touch with them."""
    if not may_adapt(person, offering):
        return None
    return Door("Graduates", reverse("graduates", args=[offering.pk]), "graduates")


@require_safe
def directed(request: HttpRequest) -> HttpResponse:
    """The offerings whose graduates I keep in touch with."""
    rows = offerings_directed(person_of(request)).select_related("definition__current", "director")
    page = Paginator(rows.order_by("-starts_on", "pk"), A_PAGE).get_page(request.GET.get("page"))
    return on_site(request, "evaluation/directed.html", None, {"page": page})


def _offering(request: HttpRequest, key: uuid.UUID) -> Offering:
    """An offering whose graduates this person keeps in touch with; others are 404."""
    rows = offerings_directed(person_of(request))
    related = ("institution__in_force", "definition__current", "definition__unit", "director")
    return get_object_or_404(rows.select_related(*related), pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
def graduates(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything about the graduates of one offering; POST writes to them."""
    found = _offering(request, key)
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _written(request, form, found):
        return redirect("graduates", found.pk)
    rows = actions.graduates_of(found)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    policy = found.institution.in_force or found.institution.policy
    context = {
        "offering": found,
        "tabs": tabs_of(request, found, "graduates"),
        "page": page,
        "rows": rows_of(found, list(page.object_list)),
        "surveys": _surveys(found),
        "letters": found.graduate_letters.select_related("sent_by")[:20],
        "reached": len(actions.reached(found)),
        "form": form,
        "director_clause": mark(policy, policy.pack.evaluation.director_clause),
    }
    status = 409 if form.errors else 200
    return on_site(request, "evaluation/graduates.html", found.institution, context, status)


def _written(request: HttpRequest, form: LetterForm, found: Offering) -> bool:
    try:
        letter = actions.write(offering=found, by=person_of(request), **form.cleaned_data)
    except Refused as error:
        put_refusal(form, error)
        return False
    many = "1 graduate" if letter.recipients == 1 else f"{letter.recipients:,} graduates"
    messages.success(request, f"Your message goes to {many}.")
    return True


def rows_of(offering: Offering, completions: Sequence[Completion]) -> list[Graduate]:
    """Each with what they were asked; two queries for any number."""
    found = {row.pk: Graduate(row) for row in completions}
    asked = Invitation.objects.filter(completion__in=found, state__isnull=False).order_by("due_at")
    for key, state, at, due in asked.values_list("completion", "state", "asked_at", "due_at"):
        one = found[key]
        one.asked += at is not None
        one.answered += state == InvitationState.ANSWERED
        if state == InvitationState.PLANNED and one.next_at is None:
            one.next_at = due
    people = [row.learner_id for row in completions]
    stops = SurveyStop.objects.filter(institution=offering.institution_id, person__in=people)
    stopped = set(stops.values_list("person", flat=True))
    for one in found.values():
        one.stopped = one.completion.learner_id in stopped
    return list(found.values())


def _surveys(offering: Offering) -> list[Asked]:
    """What its learners are asked."""
    rows = Survey.objects.filter(institution=offering.institution_id, audience="learners").asked()
    mine = {one.survey_id: one for one in offering.offering_surveys.select_related("version")}
    return [Asked(row, mine.get(row.pk)) for row in rows.select_related("current")]


@require_safe
def graduates_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The graduates of an offering as CSV: whom to write to and what they were asked; never what they answered."""
    found = _offering(request, key)
    lines: list[list[Any]] = [
        ["Name", "Address", "Completed on", "Asked", "Answered", "Asked next", "Wants no surveys"]
    ]
    for one in rows_of(found, list(actions.graduates_of(found))):
        row = one.completion
        following = one.next_at.date().isoformat() if one.next_at else ""
        day = row.completed_on.isoformat() if row.completed_on else ""
        stopped = "yes" if one.stopped else "no"
        lines.append([row.learner_name, row.learner.email, day, one.asked, one.answered, following, stopped])
    return csv_file("graduates", [[str(cell) for cell in line] for line in lines])
