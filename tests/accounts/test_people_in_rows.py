"""Whatever points at a person, and what becomes of it when they have their data erased."""

import re

from django.apps import apps
from django.conf import settings

from accounts.models import Person
from credentials import personal

# A new one is a decision about people's data.
ERASED = {
    "Award.holder", "Collection.owner", "Profile.person", "ImportedBadge.holder", "ClaimLink.person", "Completion.learner", "RequestLine.learner",
    "StackCandidate.learner", "StudentNumber.person", "Mail.recipient", "MailChoice.person", "MailConsent.person", "Notice.person", "IdempotencyKey.person",
    "Enrolment.learner", "Invitation.person", "Reading.learner", "SurveyStop.person", "EmailAddress.user", "Authenticator.user", "SocialAccount.user", "Token.user",
}  # fmt: skip
NAMELESS = {"Person.merged_into"}  # what became part of another has lost its name and address already
OF_STAFF = {
    "Affiliation.person", "Alternate.delegate", "Alternate.principal", "Attendance.person", "BallotSeat.person",
    "Delegation.delegate", "Delegation.principal", "LogEntry.user", "Meeting.keeper", "MeetingSeat.person",
    "PanelMember.person", "Proposer.person", "Qualification.person", "Recusal.person", "RoleGrant.person",
    "SeatHolding.person", "Step.person", "Vote.person", "VoteChange.person",
}  # fmt: skip


def test_every_link_to_a_person_is_erased_or_of_somebody_in_office():
    acts = re.compile(r"(_by|^by|on_behalf_of|assessors|director|author)$")
    found = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.related_model is Person and not acts.search(field.name) and not model._meta.auto_created
    }
    assert found - ERASED - NAMELESS == OF_STAFF
    assert found >= ERASED


def test_kinds_of_mail_that_learners_get_are_known():
    kinds = {path.name.partition(".")[0] for path in (settings.BASE_DIR / "templates" / "mail").glob("*.txt")}
    assert {kind for kind in kinds if kind.startswith(("award_", "badge_", "notation_", "wallet_"))} == set(
        personal.MAIL
    )
