"""How an award comes about and reaches a platform: requests and their lines, jobs, accounts, deliveries, attempts."""

from issuance.models.delivery import (
    STUCK,
    UNDER_WAY,
    Attempt,
    Delivery,
    DeliveryState,
    PlatformAccount,
    PlatformTemplate,
)
from issuance.models.request import IssuanceRequest, Job, RequestLine, RequestState

__all__ = [
    "STUCK",
    "UNDER_WAY",
    "Attempt",
    "Delivery",
    "DeliveryState",
    "IssuanceRequest",
    "Job",
    "PlatformAccount",
    "PlatformTemplate",
    "RequestLine",
    "RequestState",
]
