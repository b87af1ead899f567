"""A stack from its intent to awards: the bodies approve its rules, who fulfils it is awarded it, one award is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.actions import stacks
from credentials.models import Award
from desk.demo import learners, platforms
from desk.demo.acts import YES, begin, close, complete, submit, vote, write
from desk.demo.badges import set_badge
from desk.demo.stories.model import BUILDING, COMMITTEE
from issuance import awarding, fulfilling
from issuance.actions import deliveries
from issuance.models import IssuanceRequest

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.platforms import Sandbox
    from desk.demo.timeline import Story

SUBJECT = "model_risks"
PARTS = ("model_safety", "model_data", "model_podcasts")  # in the order of the approved list
IN_DOUBT = 62  # holds the stack, and then loses a part


def stories(model: Campus, sandbox: Sandbox) -> list[Story]:
    """One stack, on the model campus."""
    return [stack(model, sandbox)]


def stack(model: Campus, sandbox: Sandbox) -> Story:
    """Approved, linked, awarded in retrospect and since; a part of one award is revoked."""
    yield from approved(model)
    yield 55
    parts = [learners.definition_of(model, subject) for subject in PARTS]
    stacks.set_parts(definition=learners.definition_of(model, SUBJECT), parts=parts, by=model["manager"])
    work(model, sandbox)
    yield 50
    claim(model)
    yield 19
    work(model, sandbox)
    yield 6
    award = Award.objects.live().get(
        definition=parts[0], recipient_email=learners.learner(model, IN_DOUBT)[1]
    )
    why = "The staged accident was scored by one observer alone."
    deliveries.revoke_award(award=award, reason=why, by=model["registrar"])
    platforms.push(sandbox, model.institution)


def approved(model: Campus) -> Story:
    """From the intent to the pilot, like any other proposal; the badge is drawn."""
    yield 150
    proposal = begin(model, SUBJECT, BUILDING, type="micro_certificate")
    submit(model, proposal)
    yield 146
    said = "Please agree with the two departments who answers when a part changes."
    complete(proposal, "intent_acknowledged", "acknowledged", model["manager"], said)
    yield 108
    write(model, proposal, SUBJECT, "proposal")
    submit(model, proposal)
    yield 100
    vote(proposal, COMMITTEE)
    yield 96
    close(proposal, COMMITTEE)
    yield 80
    complete(proposal, "dean_signoff", YES, model["dean"])
    yield 77
    set_badge(model, proposal)


def work(model: Campus, sandbox: Sandbox) -> None:
    """What the worker does by itself: look who fulfils it, make the awards, send them."""
    for key in fulfilling.open_stacks():
        fulfilling.run(key)
    for job in awarding.open_jobs():
        awarding.run(job)
    platforms.push(sandbox, model.institution)


def claim(model: Campus) -> None:
    """Most learners open their mail."""
    definition = learners.definition_of(model, SUBJECT)
    for request in IssuanceRequest.objects.filter(definition=definition):
        learners.claim(request, share=4)
