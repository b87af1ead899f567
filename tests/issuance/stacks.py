"""A campus with parts and a stack of them, awards made as the worker makes them, and the worker's turn."""

from django.db import transaction

from credentials.actions import stacks
from credentials.actions.awards import Maker, Recipient
from credentials.models import Award, Definition
from issuance import awarding, fulfilling
from issuance.models import Job, StackCandidate
from tests.issuance.support import credential


def answers(pack, names, needed=None, within=None):
    """The list of parts as this pack's form has it."""
    rows = [{"part": name} for name in names]
    if needed:
        rows[0]["needed"] = needed
    section, field = pack.mapping.parts.split(".")
    return {section: {field: rows} | ({"within_years": within} if within else {})}


class Set:
    """A campus with three badges and a stack of them."""

    def __init__(
        self, place, *, names=("One", "Two"), needed=None, within=None, linked=True, facts=None, **how
    ):
        self.place, self.maker = place, place.offices.get("asa") or place.programme_manager
        self.certifier = place.offices.get("asa") or place.registrar
        self.parts = [credential(place, facts={"title": name}) for name in names]
        self.whole = self.stack(
            "Whole", self.parts, needed=needed, within=within, linked=linked, facts=facts, **how
        )

    def stack(self, title, parts, *, needed=None, within=None, linked=True, facts=None, **how):
        made = credential(
            self.place,
            type="micro_certificate",
            facts={"title": title, **(facts or {})},
            answers=answers(self.place.pack, [str(part) for part in parts], needed, within),
            **how,
        )
        if linked:
            stacks.set_parts(definition=made, parts=parts, by=self.maker)
        return made

    def earn(self, person, *definitions_):
        """Awards as the worker makes them, each in its own transaction."""
        return [award(one, person) for one in definitions_]


def award(definition, *people):
    definition = Definition.objects.select_related("current__policy", "institution").get(pk=definition.pk)
    definition.current.definition = definition
    recipients = [Recipient(holder=person, name=person.name, email=person.email) for person in people]
    with transaction.atomic():
        return Maker(definition.current, None).make(recipients)[0]


def work():
    """What the worker does until nothing is left."""
    while StackCandidate.objects.exists() or Job.objects.filter(done_at__isnull=True).exists():
        for key in fulfilling.open_stacks():
            fulfilling.run(key)
        for job in awarding.open_jobs():
            awarding.run(job)


def holders(definition):
    return set(Award.objects.live().filter(definition=definition).values_list("holder", flat=True))
