"""Approved versions as pages read them: a version never changes, so each is read once a process."""

from __future__ import annotations

import uuid
from functools import lru_cache

from credentials.models import DefinitionVersion


@lru_cache(maxsize=1024)
def version_of(version_id: uuid.UUID) -> DefinitionVersion:
    """The version, shared by everyone who reads it: nobody may write on it."""
    return DefinitionVersion.objects.defer("answers").get(pk=version_id)
