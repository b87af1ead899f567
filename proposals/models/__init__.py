"""What is asked for: proposals, their documents and revisions, and the step rows of their route."""

from proposals.models.deadline import MetDeadline, Reminder
from proposals.models.document import Document, Revision
from proposals.models.kept import KeptAnswer, Taken
from proposals.models.proposal import Proposal, ProposalKind, Proposer, State
from proposals.models.step import Step, StepStatus

__all__ = [
    "Document",
    "KeptAnswer",
    "MetDeadline",
    "Proposal",
    "ProposalKind",
    "Proposer",
    "Reminder",
    "Revision",
    "State",
    "Step",
    "StepStatus",
    "Taken",
]
