"""What somebody is here: roles, offices, seats, campuses; looked up once a request for the ways about."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.models import AdoptedPolicy, Institution, Role, RoleGrant
from credentials.in_step import ledgers_of
from credentials.reach import campuses_of, grants_of
from desk.work.ties import Ties, ties_of
from proposals.owing import overseeing
from reviews.models.roll import may_preside

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Pack

MANAGERS = (Role.PROGRAMME_MANAGER, Role.CAMPUS_ADMINISTRATOR)


@dataclass
class Standing:
    """A person's roles of today, their own and those they act in for somebody else.

    On a page of a whole list of theirs: the place at which it begins, and how many lines it has.
    """

    person: Person
    start: int = 0
    size: int = 0

    @cached_property
    def grants(self) -> list[RoleGrant]:
        """Roles in force, held or acted in as designee; one query."""
        return grants_of(self.person)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of roles, such as "issuer"; offices as "office_holder"."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def campuses(self) -> list[Institution]:
        """The campuses that the person belongs to; of the system operator none in particular."""
        if self.person.is_superuser:
            return []
        return campuses_of(self.person)

    @property
    def zone(self) -> str:
        """The time zone in which days and times are told: that of the person's first campus, else the site's."""
        return self.campuses[0].timezone if self.campuses else settings.TIME_ZONE

    @property
    def manages(self) -> bool:
        """Whether the person manages or administers a campus."""
        return self.person.is_superuser or bool(self.roles & set(MANAGERS))

    @property
    def runs_office(self) -> bool:
        """Whether the person runs the office of a campus, or acts for who does."""
        whole = {grant.role for grant in self.grants if grant.unit_id is None}
        return self.person.is_superuser or bool(whole & set(MANAGERS))

    @property
    def runs_offerings(self) -> bool:
        """Whether offerings are the person's business."""
        return bool(
            self.roles & {Role.ASSESSOR, Role.ISSUER, Role.PROGRAMME_DIRECTOR, Role.PROGRAMME_MANAGER}
        )

    @cached_property
    def ties(self) -> Ties:
        """What else ties the person to any work; one query."""
        return ties_of(self.person)

    @property
    def policies(self) -> dict[uuid.UUID, AdoptedPolicy]:
        """The policy in force of each campus where the person has a role."""
        return {g.institution_id: g.institution.in_force for g in self.grants if g.institution.in_force}

    @property
    def decides(self) -> bool:
        """Whether a role may ask the person to decide: any but that of a proposer."""
        return bool(self.roles - {Role.PROPOSER})

    @property
    def presides(self) -> bool:
        """Whether ballots may be the person's to close: who presides over any, and the programme manager in their stead."""
        return self.runs_programme or (self.ties.on_rolls and may_preside(self.person))

    @property
    def runs_programme(self) -> bool:
        """Whether the person is programme manager anywhere."""
        return Role.PROGRAMME_MANAGER in self.roles

    @property
    def oversees_pilots(self) -> bool:
        """Whether pilots are the person's to watch: those who manage a campus, and the offices that its policy names."""
        return self.person.is_superuser or any(overseeing(grant) for grant in self.grants)

    @property
    def asks_for_badges(self) -> bool:
        """Whether the campus lets a role of the person ask for badges, or set them up."""
        rules = {key: policy.pack.issuance for key, policy in self.policies.items()}
        return any(
            grant.role in (*rules[grant.institution_id].requesters, rules[grant.institution_id].badge_by)
            for grant in self.grants
            if grant.institution_id in rules
        )

    @property
    def keeps_records(self) -> bool:
        """Whether learners' records are the business of an office of the person: it keeps transcripts or certifies."""
        return any(
            grant.actor == rules.transcript.keeper
            or grant.office in {certifier.office for certifier in rules.issuance.certifiers}
            for grant, rules in self._ruled()
        )

    @property
    def keeps_student_system(self) -> bool:
        """Whether the person keeps the student system of a campus in step, where the policy has any of it kept there."""
        return any(
            grant.actor == rules.transcript.keeper and grant.unit_id is None and ledgers_of(rules)
            for grant, rules in self._ruled()
        )

    @property
    def keeps_transcripts(self) -> bool:
        """Whether the person notes awards on transcripts, on a campus where any are noted."""
        return any(
            grant.actor == rules.transcript.keeper and rules.transcript.notation != "never"
            for grant, rules in self._ruled()
        )

    def _ruled(self) -> list[tuple[RoleGrant, Pack]]:
        """Each role with the rules of its campus."""
        known = self.policies
        return [(g, known[g.institution_id].pack) for g in self.grants if g.institution_id in known]
