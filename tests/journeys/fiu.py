"""Florida International University's people, each acting by the API."""

from tests.journeys.walk import Walk, complete, make_badge, offer, release, request_for
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import APPLICATION, CONSULTATION, DESIGN


def applied(fiu, application=APPLICATION, type="badge"):
    """The application is filed."""
    walk = Walk(fiu)
    walk.start(application, [fiu.proposer], type)
    assert walk.move(fiu.proposer, "submit")["state"] == "intent"
    return walk


def approved(fiu, title="Coral reef monitoring"):
    """A badge, approved by ASA and with its image; returns the walk and the definition."""
    walk, asa = applied(fiu, changed(APPLICATION, "about.title", title)), fiu.offices["asa"]
    walk.sign(asa, "done", CONSULTATION)
    walk.write(fiu.proposer, changed(DESIGN, "about.title", title))
    walk.move(fiu.proposer, "submit")
    walk.sign(asa)
    definition = walk.get(fiu.proposer)["definition"]
    make_badge(definition, asa)
    return walk, definition


def earn(walk, definition):
    """The learner earns the badge; returns the award."""
    complete(walk, offer(walk, definition), walk.campus.learner)
    return release(walk, request_for(walk, definition, [walk.campus.learner]), walk.campus.offices["asa"])
