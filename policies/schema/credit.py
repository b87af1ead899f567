"""That a move to credit asks those whom the policy names as partners in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.schema.pack import Pack

Problem = tuple[tuple[str | int, ...], str]
PASSED_BY = ("pilot", "full_approval")  # a credential that exists passes neither


def partners(pack: Pack) -> Iterator[Problem]:
    """A partner who signs nothing on the way that a move to credit takes."""
    rule = pack.transcript.later_credit
    if rule is None:
        return
    stages = [stage for stage in pack.stages if stage.state not in PASSED_BY]
    signing = {
        step.by for stage in stages for step in stage.steps if step.kind == "signoff" and not step.when
    }
    for i, actor in enumerate(rule.partners):
        if actor not in signing:
            said = f'"{actor}" signs no step before the pilot, so a move to credit would not ask this partner'
            yield ("transcript", "later_credit", "partners", i), said
