"""Walking proposals along the routes of the packs, each step by whoever may complete it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from proposals.actions import documents, files, proposals, steps, transitions
from proposals.models import Proposal, Step
from tests.policies.examples import BOULDER, BOULDER_INTENT, MODEL, MONTANA, words

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MODEL_INTENT = {"idea": MODEL["idea"]}
MODEL_FULL = {"results": {"figures": words(100), "changes": words(60)}}
MONTANA_FULL = {"statement": {"pilot_data": words(300), "resources": words(100), "evaluation": words(100)}}


def fresh(proposal):
    """The proposal as it is in the database."""
    return Proposal.objects.get(pk=proposal.pk)


def start(campus, answers=None, type="badge", by=None, proposers=()):
    return proposals.start(
        institution=campus.institution,
        unit=campus.unit,
        type=type,
        proposers=proposers,
        by=by or campus.proposer,
        answers=answers,
    )


def save(proposal, answers, by):
    return documents.save(proposal=proposal, answers=answers, version=fresh(proposal).version, by=by)


def move(proposal, transition, by, note="Because."):
    return transitions.perform(proposal=proposal, transition=transition, by=by, note=note)


def upload(name="syllabus.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def attach(proposal, by, field="syllabi.files", **kwargs):
    return files.attach(proposal=proposal, field=field, upload=upload(**kwargs), by=by)


def open_keys(proposal):
    return sorted(Step.objects.filter(proposal=proposal, status="open").values_list("key", flat=True))


def open_step(proposal, key):
    return Step.objects.get(proposal=proposal, key=key, status="open")


def actor(campus, step):
    """Who completes a step: the holder of its role or office, the chair of its body."""
    if step.body:
        return campus.chair(step.body) if step.body in campus.bodies else campus.programme_manager
    if step.actor.startswith("office:"):
        return campus.offices[step.actor.removeprefix("office:")]
    return campus.people[step.actor]


def finish(campus, proposal, key, outcome="approve", note=""):
    step = open_step(proposal, key)
    return steps.complete(step=step, outcome=outcome, by=actor(campus, step), note=note)


# --- the model university: every state --------------------------------------------------------------
def model_draft(campus):
    return start(campus, MODEL_INTENT)


def model_intent(campus):
    return move(model_draft(campus), "submit", campus.proposer)


def model_proposal(campus):
    """The intent is acknowledged, so the form opened; it is filled in and not submitted yet."""
    proposal = model_intent(campus)
    finish(campus, proposal, "intent_acknowledged", "acknowledged")
    save(proposal, MODEL, campus.proposer)
    return fresh(proposal)


def model_committee_review(campus):
    return move(model_proposal(campus), "submit", campus.proposer)


def model_unit_approval(campus):
    proposal = model_committee_review(campus)
    finish(campus, proposal, "committee_ballot")
    return fresh(proposal)


def model_pilot(campus):
    """The pilot runs and the full proposal is filled in."""
    proposal = model_unit_approval(campus)
    finish(campus, proposal, "dean_signoff")
    save(proposal, MODEL_FULL, campus.proposer)
    return fresh(proposal)


def model_full_approval(campus):
    return move(model_pilot(campus), "file_full_proposal", campus.proposer)


def model_established(campus):
    proposal = model_full_approval(campus)
    finish(campus, proposal, "full_committee_ballot")
    finish(campus, proposal, "provost_adoption")
    return fresh(proposal)


def model_changes_requested(campus):
    """The committee sent it back and the proposer changed it."""
    proposal = model_committee_review(campus)
    finish(campus, proposal, "committee_ballot", "request_changes")
    save(proposal, {"learning": {"need": words(25)}}, campus.proposer)
    return fresh(proposal)


def model_on_hold(campus):
    return move(model_committee_review(campus), "hold", campus.programme_manager)


def model_declined(campus):
    proposal = model_committee_review(campus)
    finish(campus, proposal, "committee_ballot", "decline")
    return fresh(proposal)


def model_withdrawn(campus):
    return move(model_committee_review(campus), "withdraw", campus.proposer)


def model_retired(campus):
    return move(model_established(campus), "retire", campus.programme_manager)


# --- CU Boulder ------------------------------------------------------------------------------------
def boulder_intent(campus):
    """The intent is filed and supported: the programme manager can open the form."""
    proposal = move(start(campus, BOULDER_INTENT), "submit", campus.proposer)
    finish(campus, proposal, "intent_support", "done")
    return fresh(proposal)


def boulder_committee_review(campus):
    proposal = move(boulder_intent(campus), "open_proposal", campus.programme_manager)
    save(proposal, BOULDER, campus.proposer)
    return move(proposal, "submit", campus.proposer)


# --- University of Montana --------------------------------------------------------------------------
def montana_draft(campus, answers=MONTANA):
    proposal = start(campus, answers, type="badge_and_notation", proposers=[campus.second_proposer])
    attach(proposal, campus.proposer)
    return fresh(proposal)


def montana_pilot(campus, answers=MONTANA):
    proposal = move(montana_draft(campus, answers), "submit", campus.proposer)
    for key in ("supervisor_signoff", "section_head_signoff", "um_online_signoff"):
        finish(campus, proposal, key)
    return fresh(proposal)


def montana_full_approval(campus, answers=MONTANA):
    proposal = montana_pilot(campus, answers)
    save(proposal, MONTANA_FULL, campus.proposer)
    return move(proposal, "file_full_proposal", campus.proposer)
