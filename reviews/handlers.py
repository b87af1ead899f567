"""What proposals asks of reviews when a step opens, becomes void or is shown (`proposals.hooks.StepHandler`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from accounts.hooks import register_dashboard_reason
from credentials.hooks import register_open_conditions
from journal import choosing, files_access
from journal.models import How
from policies.reasons import Reason
from proposals.hooks import (
    register_act_words,
    register_facts,
    register_follower,
    register_hold,
    register_letter,
    register_open,
    register_owed,
    register_panel,
    register_section,
    register_step_handler,
    register_viewers,
)
from proposals.models import Step
from reviews import conditions, discussion, letters, owed, owed_votes, threads
from reviews.actions import condition_rows, opening, rescinding, signoffs, telling
from reviews.meetings import on_agendas, packets
from reviews.models import Alternate, Ballot, BallotSeat, BallotState, Condition, Meeting, Panel, PanelMember
from reviews.models.alternate import acts_for
from reviews.models.joining import before_their_time, joined

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import Person
    from journal.models import StoredFile


# What the record of a proposal says for the acts of this app.
ACTS = {
    "ballot_opened": "A ballot opened",
    "vote_cast": "Voted",
    "vote_changed": "Changed a vote",
    "recused": "Stepped aside from a ballot",
    "recusal_ruled": "Ruled that a member steps aside from a ballot",
    "conditions_set": "Set conditions",
    "conditions_void": "Earlier conditions are not asked any more",
    "condition_met": "Said that a condition is met",
    "condition_accepted": "Accepted that a condition is met",
    "condition_sent_back": "Said that a condition is not met yet",
    "condition_waived": "Waived a condition",
    "ballot_extended": "Gave more time to vote",
    "ballot_closed": "Closed a ballot",
    "ballot_void": "A ballot became void",
    "ballot_stopped": "Stopped a ballot",
    "rescind_moved": "Moved to rescind a decision",
    "panel_formed": "Formed the body that judges it",
    "adopted_by_consent": "Adopted by consent",
    "put_on_agenda": "Put on the agenda of a meeting",
    "taken_off_agenda": "Taken off the agenda of a meeting",
    "pulled_from_consent": "Pulled out of the consent group",
    "first_reading": "Held the first reading",
    "taken_up": "Taken up in a meeting",
    "item_put_off": "Put off to a later meeting",
    "comment_written": "Wrote a comment",
    "comment_edited": "Changed a comment",
    "comment_withdrawn": "Withdrew a comment",
    "comment_in_body": "Spoke within the body",
    "concern_raised": "Raised a concern",
    "concern_answered": "Answered a concern",
    "concern_settled": "Settled a concern",
    "view_asked": "Asked a unit for its view",
    "view_given": "Said what a unit thinks",
    "view_withdrawn": "Took back the request for a unit's view",
}


class BallotSteps:
    """Steps in which a body votes."""

    def opened(self, step: Step) -> None:
        """Open the ballot, or say what is needed first: the panel's members, or holders of vacant seats."""
        members = opening.members_of(step)
        reasons = opening.reasons_with(step, members, in_meeting=True)
        if not reasons:
            opening.open_or_wait(step, None, members)
        elif self._panel_missing(step):
            telling.panel_needed(step, opening.body_of(step))
        else:
            telling.body_incomplete(step, opening.body_of(step), reasons)

    def voided(self, step: Step, reason: str) -> None:
        """Void the step's open ballot."""
        opening.void_ballots(step=step, reason=reason)

    def blocked(self, step: Step) -> list[Reason]:
        """Why nobody can vote yet, or what waits for an answer before the vote can end."""
        voted = step.ballots.deciding().exclude(state=BallotState.VOID).exists()
        return discussion.holding(step) if voted else opening.open_reasons(step)

    def closes(self, steps: Iterable[Step]) -> dict[UUID, dt.datetime]:
        """When their open ballots close."""
        rows = Ballot.objects.open().filter(step__in=steps, closes_at__isnull=False)
        return {key: moment for key, moment in rows.values_list("step", "closes_at") if moment}

    def asked(self, step: Step) -> Iterable[Person]:
        """Members who have not voted; once voting is over, whoever closes the ballot; before it, who forms the body."""
        return telling.awaited(step)

    def summary(self, step: Step, person: Person | None) -> dict[str, object]:
        """The latest ballot: where it is, and its arithmetic once it is closed."""
        ballot = step.ballots.deciding().order_by("opened_at").last()
        if ballot is None:
            reasons = opening.open_reasons(step)
            return {"ballot": None, "blocked": [reason.as_dict() for reason in reasons]}
        voter = person is not None and Ballot.objects.waiting_for(person).filter(pk=ballot.pk).exists()
        return {
            "ballot": str(ballot.pk),
            "path": reverse("ballot", args=[ballot.pk]),
            "state": ballot.state,
            "closes_at": ballot.closes_at,
            "outcome": ballot.outcome,
            "sentence": ballot.tally.get("sentence", ""),
            "waits_for_you": voter,
        }

    def _panel_missing(self, step: Step) -> bool:
        body = opening.body_of(step)
        return (
            body.formed == "proposal"
            and not Panel.objects.filter(proposal=step.proposal, body=body.id).exists()
        )


class SignedSteps:
    """Steps that one person completes: sign-offs, consultations, acknowledgements."""

    def opened(self, step: Step) -> None:
        """Tell who can complete it; what an earlier round's approval hung on is not asked any more."""
        condition_rows.drop_earlier(step=step, reason="It is decided anew.")
        telling.step_opened(step)

    def voided(self, step: Step, reason: str) -> None:
        """The conditions of an approval that was taken back."""
        condition_rows.drop_own(step=step, reason=reason)

    def blocked(self, step: Step) -> list[Reason]:
        """A concern or a unit's view that waits for an answer."""
        return discussion.holding(step)

    def closes(self, steps: Iterable[Step]) -> dict[UUID, dt.datetime]:
        """They have no moment of their own."""
        return {}

    def asked(self, step: Step) -> Iterable[Person]:
        """Who can complete it, never a proposer."""
        return signoffs.signers(step)

    def summary(self, step: Step, person: Person | None) -> dict[str, object]:
        """Where it is completed, and whether by this person."""
        mine = person is not None and step.status == "open" and not signoffs.proposes(step, person)
        return {
            "path": reverse("step", args=[step.pk]),
            "waits_for_you": bool(mine and person and signoffs.signer(step, person)),
        }


def seen_by_members(person: Person) -> Q:
    """Members of a panel and everyone on the roll of a ballot see the proposal they judge, and who joined a body since
    what it decided earlier."""
    panels = PanelMember.objects.filter(person=person).values("panel__proposal")
    rolls = BallotSeat.objects.filter(person=person).values("ballot__proposal")
    judged = Q(pk__in=panels) | Q(pk__in=rolls)
    if joined(person):
        judged |= Q(pk__in=Ballot.objects.filter(before_their_time(person)).values("proposal"))
    if not acts_for(person):
        return judged
    return judged | Q(pk__in=BallotSeat.objects.acted_for_by(person).values("ballot__proposal"))


def judges(person: Person) -> bool:
    """Whether the dashboard opens for someone who sits on a panel or a roll, acts for a member, keeps the minutes of a
    meeting, or was asked to act."""
    return (
        Step.objects.filter(person=person).exists()
        or PanelMember.objects.filter(person=person).exists()
        or BallotSeat.objects.filter(person=person).exists()
        or Meeting.objects.filter(keeper=person).exists()
        or Alternate.objects.in_force().filter(delegate=person).exists()
    )


def may_download(stored: StoredFile, person: Person) -> bool:
    """The evidence of a condition: its proposers, who decides on it, and the body that set it."""
    rows = Condition.objects.visible_to(person).filter(pk=stored.subject_id)
    found = rows.select_related("proposal__institution", "proposal__policy", "step__person").first()
    if found is None or stored.removed_at:
        return False
    found.step.proposal = found.proposal
    return conditions.reads_files(found, person)


def _offer_mail() -> None:
    """What people can choose to have at once or with others; where nobody waits for them, also to do without."""
    choosing.offer("step_opened", "Something waits for my signature or answer")
    choosing.offer("ballot_opened", "A ballot waits for my vote")
    choosing.offer("ballot_extended", "There is more time to vote")
    choosing.offer("ballot_void", "A ballot does not count any more", none=True)
    choosing.offer("ballot_closed", "A ballot has closed", none=True)
    choosing.offer("meeting_called", "I am called to a meeting")
    choosing.offer("meeting_changed", "A meeting has another time or place")
    choosing.offer("meeting_cancelled", "A meeting was called off")
    choosing.offer("meeting_needed", "A proposal waits for a meeting that I plan")
    choosing.offer("minutes_drafted", "The minutes of a meeting can be read", none=True)
    choosing.offer("panel_needed", "A body waits for me to name its members")
    choosing.offer("body_incomplete", "A body cannot convene as it is")
    choosing.offer("concern_raised", "A concern waits for a written answer")
    choosing.offer("concern_answered", "My concern was answered", none=True)
    choosing.offer("comment_written", "A comment, or a reply to mine", none=True, usual=How.DIGEST)
    choosing.offer("view_asked", "My unit is asked for its view")
    choosing.offer("view_given", "A unit has given the view I asked for", none=True)
    choosing.offer("conditions_set", "My proposal was approved with conditions")
    choosing.offer("condition_met", "A condition waits for me to accept it")
    choosing.offer("condition_settled", "News of a condition of my proposal", none=True)


def register() -> None:
    """Called once, by the AppConfig."""
    register_step_handler("ballot", BallotSteps())
    for kind in signoffs.KINDS:
        register_step_handler(kind, SignedSteps())
    _offer_mail()
    register_act_words(ACTS)
    register_section(conditions.panel)
    register_facts("conditions", lambda proposal, person: conditions.of_proposal(proposal))
    register_hold(conditions.holds)
    register_owed(owed.owed, owed.due_by)
    register_owed(owed_votes.owed, owed_votes.due_by)
    register_open(owed.still_open)
    register_open_conditions(owed.of_definition)
    files_access.register("condition", may_download)
    register_letter(letters.address)
    register_section(on_agendas.section)
    register_facts("agendas", on_agendas.facts)
    register_viewers(seen_by_members)
    register_panel(threads.panel)
    files_access.register(packets.KIND, packets.may_download)
    register_dashboard_reason(judges)
    register_follower(rescinding.follow)
