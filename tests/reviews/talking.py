"""A ballot of the model university with people who talk about its proposal."""

from reviews.actions import comments
from tests.reviews.support import at_step, committee_ballot, voters

FIELD = "idea.title"
ANSWERS = {"idea": {"title": "Welding for poets"}}
SECRET = "Between us: who will teach it?"


def field_of(campus):
    """A question of the model university's proposal form."""
    form = campus.pack.form("proposal")
    return next(iter(form.fields_by_path()))


def ballot_with(campus):
    """An open ballot, a member of its body and the member who chairs it."""
    ballot = committee_ballot(campus)
    chair, _registrar, member = voters(ballot)[:3]
    return ballot, member, chair


def concern(ballot, by, *, visibility="proposers", text="Who assesses it?", field=""):
    return comments.add(
        proposal=ballot.proposal, text=text, by=by, visibility=visibility, concern=True, field=field
    )


def say(proposal, by, text="Well done", visibility="proposers", **kwargs):
    return comments.add(proposal=proposal, text=text, by=by, visibility=visibility, **kwargs)


def signed_step(campus):
    return at_step(campus, "dean_signoff")
