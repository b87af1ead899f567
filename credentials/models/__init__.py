"""What exists and who holds it: definitions, versions and parts, decisions, awards, status lists, share links, notations."""

from credentials.models.award import Award
from credentials.models.claim import ClaimLink
from credentials.models.collection import Collection, Placed, Profile
from credentials.models.definition import Definition, DefinitionVersion, Standing
from credentials.models.endorsement import Endorsement
from credentials.models.imported import ImportedBadge
from credentials.models.offer import Offer
from credentials.models.share import CountedBatch, Destination, Share, ShareLink
from credentials.models.stack import Part
from credentials.models.status_list import StatusList
from credentials.models.transcript import EventCode, Notation

__all__ = [
    "Award",
    "ClaimLink",
    "Collection",
    "Definition",
    "CountedBatch",
    "Destination",
    "DefinitionVersion",
    "Endorsement",
    "EventCode",
    "ImportedBadge",
    "Notation",
    "Offer",
    "Part",
    "Placed",
    "Profile",
    "Share",
    "ShareLink",
    "Standing",
    "StatusList",
]
