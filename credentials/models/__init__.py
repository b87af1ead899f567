"""What exists and who holds it: definitions and their versions, awards, status lists, share links."""

from credentials.models.award import Award, ClaimLink, ShareLink, StatusList
from credentials.models.definition import Definition, DefinitionVersion, Standing

__all__ = ["Award", "ClaimLink", "Definition", "DefinitionVersion", "ShareLink", "Standing", "StatusList"]
