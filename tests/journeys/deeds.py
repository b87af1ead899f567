"""What people do in the browser, one thing each, by the words that stand on the pages."""

from proposals.models import Proposal
from tests.journeys.walk import Walk, png, work


def begin(proposer, campus, kind="badge", others=()):
    """A draft, begun on the page that starts one."""
    proposer.follow("/proposals/", "Start a proposal")
    proposer.page.select_option("select[name=unit]", label=str(campus.unit))
    proposer.choose("type", kind)
    if others:
        proposer.fill(proposers="\n".join(person.email for person in others))
    proposer.press("Begin the draft")
    return Proposal.objects.latest("created_at")


def write(proposer, proposal, document):
    """Every section of the document in turn, saved with its button."""
    for section, answers in document.items():
        proposer.go(f"/proposals/{proposal.pk}/edit/{section}/")
        proposer.write(answers)
        proposer.press("Save", exact=True)
        proposer.reads("Saved.")


def move(person, proposal, name, note=""):
    """A move from the proposal's page, by way of the page that says what follows."""
    person.follow(f"/proposals/{proposal.pk}/", name)
    person.reads("What will change", "Who will be told")
    if note:
        person.fill(note=note)
    person.press(name)


def open_waiting(person, title):
    """What waits for them on the front page of the dashboard."""
    person.follow("/admin/", title)


def sign(person, proposal, title, outcome="approve", note="Read and agreed.", form=None):
    """A sign-off, an acknowledgement or a consultation, from the front page of the dashboard.

    `form` is what the person records with it.
    """
    open_waiting(person, title)
    person.write(form or {})
    if person.page.locator("input[type=radio][name=outcome]").count():
        person.choose("outcome", outcome)
    person.fill(note=note)
    person.press("Record my answer")
    person.reads("Recorded")


def vote(person, title, choice, comment=""):
    """A vote, from the front page of the dashboard."""
    open_waiting(person, title)
    person.choose("choice", choice)
    person.fill(comment=comment)
    person.press("Cast my vote")
    person.reads("Your vote is counted")


def step_aside(person, title, reason):
    open_waiting(person, title)
    person.press("I have a conflict")
    person.fill(reason=reason)
    person.press("Step aside")
    person.reads("You have stepped aside")


def close(chair, title, ballot):
    """The chair reads who has not voted and closes."""
    chair.go(f"/admin/ballots/{ballot.pk}/")
    chair.press("Close the ballot")
    chair.reads("What will change")
    chair.press("Close the ballot")


def vote_for_the_rest(campus, proposal, members, choice, comment="Agreed."):
    """Those whom no browser plays vote by the API."""
    walk = Walk(campus)
    walk.key = str(proposal.pk)
    for member in members:
        ballot = walk.ballot_of(member)
        walk.call(member, "post", f"ballots/{ballot}/vote/", {"choice": choice, "comment": comment})


def upload(person, field, name, mime, content):
    """A file into the field of that name."""
    person.page.set_input_files(f"input[name='{field}']", {"name": name, "mimeType": mime, "buffer": content})


def make_badge(maker, title):
    """Whoever makes the badges gives it its image."""
    maker.follow("/issuance/", title)
    maker.unfold("Upload a file instead")
    upload(maker, "file", "badge.png", "image/png", png().read())
    maker.fill(alt="A seal")
    maker.press("Set the image")
    maker.reads("The badge has its image.")


def open_offering(issuer, campus, title):
    issuer.follow("/offerings/", title)
    issuer.fill(title="First run", starts_on="2020-01-01")
    issuer.choose("assessors", campus.assessor.pk)
    issuer.press("Open the offering")


def record(assessor, met, **more):
    """What a learner has shown: the competencies of these numbers, and what else the form asks."""
    assessor.follow("/offerings/", "First run")
    for number in met:
        assessor.page.check(f"input[name=met_{number}]")
    assessor.write({"evidence": "A portfolio", **more})
    assessor.press("Record it")


def request(issuer, definition, **who):
    issuer.go(f"/issuance/new/{definition.pk}/")
    issuer.fill(**who)
    issuer.press("Send the request")


def release(office, title):
    """From the office's own queue; then the worker does its part."""
    open_waiting(office, title)
    office.press("Release")
    office.press("Release")
    office.reads("Released")
    work()
