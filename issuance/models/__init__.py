"""How an award comes about and reaches a platform: requests and their lines, jobs, stacks, accounts, deliveries, attempts."""

from issuance.models.bulk import Bulk, BulkAct, BulkLine
from issuance.models.delivery import (
    BRINGING,
    STUCK,
    UNDER_WAY,
    Attempt,
    Delivery,
    DeliveryState,
    PlatformAccount,
    PlatformTemplate,
)
from issuance.models.figures import DayFigure, FigureReport, FigureSource
from issuance.models.reconciling import Comparison, Difference, Kind, Ledger, Standing
from issuance.models.request import IssuanceRequest, Job, RequestLine, RequestState
from issuance.models.stacks import Outcome, StackCandidate, StackLook, StackReview
from issuance.models.webhook import WebhookEvent

__all__ = [
    "BRINGING",
    "STUCK",
    "UNDER_WAY",
    "Attempt",
    "Comparison",
    "DayFigure",
    "Bulk",
    "BulkAct",
    "BulkLine",
    "Delivery",
    "DeliveryState",
    "Difference",
    "FigureReport",
    "FigureSource",
    "IssuanceRequest",
    "Job",
    "Kind",
    "Ledger",
    "Outcome",
    "PlatformAccount",
    "PlatformTemplate",
    "RequestLine",
    "RequestState",
    "StackCandidate",
    "StackLook",
    "StackReview",
    "Standing",
    "WebhookEvent",
]
