"""What exists and who holds it: definitions, versions and parts, decisions, awards, status lists, share links, what the student system holds."""

from credentials.models.award import Award
from credentials.models.batch import BatchLine, RecordBatch, StudentNumber
from credentials.models.claim import ClaimLink
from credentials.models.collection import Collection, Placed, Profile
from credentials.models.credit import CreditGain
from credentials.models.definition import Definition, DefinitionVersion, Standing
from credentials.models.endorsement import Endorsement
from credentials.models.entry import CatalogueEntry, CatalogueWords
from credentials.models.imported import ImportedBadge
from credentials.models.offer import Offer
from credentials.models.share import CountedBatch, Destination, Share, ShareLink
from credentials.models.stack import Part
from credentials.models.status_list import StatusList
from credentials.models.transcript import EventCode, Notation, RecordEntry

__all__ = [
    "Award",
    "BatchLine",
    "CatalogueEntry",
    "CatalogueWords",
    "ClaimLink",
    "Collection",
    "CreditGain",
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
    "RecordBatch",
    "RecordEntry",
    "Share",
    "ShareLink",
    "Standing",
    "StatusList",
    "StudentNumber",
]
