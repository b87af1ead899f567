"""Where the design of a credential's badge begins."""

from __future__ import annotations

from credentials.drawing import design, proposing
from credentials.drawing.design import Design
from credentials.looks import pack_of
from credentials.models import Definition


def begun_for(definition: Definition) -> Design:
    """The badge's own design in today's colour of the campus, else the one that we propose. It must be approved."""
    version = definition.current
    assert version is not None  # noqa: S101 - callers look for approved ones alone
    look = pack_of(version.policy_id).look
    if definition.design:
        return design.of(definition.design | {"campus": look.colour})
    return proposing.proposed(
        title=version.title,
        skills=" ".join(str(skill) for skill in version.skills),
        shape=look.badge_shape,
        colour=look.colour,
        band=look.short_name,
    )
