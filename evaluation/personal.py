"""What evaluation keeps of a learner: that they were asked and whether they answered. What they answered is nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.keepers import Told
from evaluation.models import Invitation, InvitationState, Reading, SurveyLink, SurveyStop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import Institution, Person
    from policies.reasons import Reason


def told(person: Person) -> list[Told]:
    """Each asking, and each campus that is to ask no more."""
    related = ("institution", "survey__current", "offering")
    rows = Invitation.objects.filter(person=person).select_related(*related).order_by("due_at", "pk")
    stops = SurveyStop.objects.filter(person=person).select_related("institution").order_by("made_at")
    return [
        Told(
            "surveys",
            "What you were asked, and whether you answered",
            "So that nobody is asked twice. What you answered is kept apart, without your name: nobody can find it, we neither.",
            "That it was about you is taken out. Answers already given stay, since nobody knows whose they are.",
            [_asked(row) for row in rows],
        ),
        Told(
            "survey_stops",
            "Who is to ask you nothing more",
            "So that they do not.",
            "Deleted; nothing is planned for you any more either.",
            [{"campus": row.institution.name, "since": row.made_at} for row in stops],
        ),
        Told(
            "measures",
            "What was measured of you, before and after",
            "So that you and the programme see what was learned.",
            "Values stay without your name, so that means of groups stay true.",
            [_measured(row) for row in _measures(person)],
        ),
    ]


def _asked(row: Invitation) -> dict[str, Any]:
    return {
        "campus": row.institution.name,
        "survey": str(row.survey),
        "offering": row.offering.title if row.offering else "",
        "about": row.about,
        "due_at": row.due_at,
        "asked_at": row.asked_at,
        "state": row.get_state_display(),
    }


def _measures(person: Person) -> QuerySet[Reading]:
    return (
        Reading.objects.filter(learner=person)
        .select_related("metric", "offering__institution")
        .order_by("pk")
    )


def _measured(row: Reading) -> dict[str, Any]:
    return {
        "campus": row.offering.institution.name,
        "offering": row.offering.title,
        "measure": row.metric.name,
        "before": None if row.before is None else str(row.before),
        "before_at": row.before_at,
        "after": None if row.after is None else str(row.after),
        "after_at": row.after_at,
    }


def refusals(person: Person) -> list[Reason]:
    """None."""
    return []


def erase(person: Person, to: Person) -> Iterable[Institution]:
    """Take the person out of every asking, with its links; what was planned is not asked."""
    rows = Invitation.objects.filter(person=person).select_related("institution")
    campuses = {row.institution for row in rows}
    SurveyLink.objects.filter(invitation__person=person).delete()
    open_ones = rows.filter(state__in=[InvitationState.PLANNED, InvitationState.ASKED])
    open_ones.update(state=InvitationState.DROPPED)
    rows.update(person=None, completion=None, remind_at=None)
    SurveyStop.objects.filter(person=person).delete()
    campuses |= {row.offering.institution for row in _measures(person)}
    Reading.objects.filter(learner=person).update(learner=to)
    return campuses
