"""The shape of a policy pack: one TOML file an institution, validated on load; nothing here knows an institution.

Every name is imported from here: `from policies.schema import Pack, Step`.
"""

from policies.schema.about import Clause, DefinedTerm, Kind, Look, Office, Policy, Proposing
from policies.schema.base import (
    ROLES,
    Actor,
    ClauseId,
    Decision,
    DocumentId,
    FieldKind,
    FormId,
    Id,
    MonthDay,
    Name,
    Outcome,
    Path,
    Scalar,
    State,
    StepKind,
    Strict,
    Text,
)
from policies.schema.bodies import Body, Fraction, Seat, VotingRule
from policies.schema.criteria import Between, Check, Count, Criterion, EachRow, Limits, Words
from policies.schema.evaluation import Evaluation, Goal, Link, Metrics, Outreach, Phase, Question, Survey
from policies.schema.forms import Choice, Column, Condition, Form, FormField, Section
from policies.schema.issuance import Certifier, Issuance, LaterCredit, Mapping, Platform, TranscriptRule
from policies.schema.pack import Pack
from policies.schema.route import Stage, Step
from policies.schema.times import Calendar, Deadline, PilotRule, Term

__all__ = [
    "ROLES",
    "Actor",
    "Between",
    "Body",
    "Calendar",
    "Certifier",
    "Check",
    "Choice",
    "Clause",
    "ClauseId",
    "Column",
    "Condition",
    "Count",
    "Criterion",
    "Deadline",
    "Decision",
    "DefinedTerm",
    "DocumentId",
    "EachRow",
    "Evaluation",
    "FieldKind",
    "Form",
    "FormField",
    "FormId",
    "Fraction",
    "Goal",
    "Id",
    "Issuance",
    "Kind",
    "LaterCredit",
    "Limits",
    "Link",
    "Look",
    "Mapping",
    "Metrics",
    "MonthDay",
    "Name",
    "Office",
    "Outcome",
    "Outreach",
    "Pack",
    "Path",
    "Phase",
    "PilotRule",
    "Platform",
    "Policy",
    "Proposing",
    "Question",
    "Scalar",
    "Seat",
    "Section",
    "Stage",
    "State",
    "Step",
    "StepKind",
    "Strict",
    "Survey",
    "Term",
    "Text",
    "TranscriptRule",
    "VotingRule",
    "Words",
]
