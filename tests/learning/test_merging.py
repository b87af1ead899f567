"""What two records of one learner say becomes the record of one; nothing is deleted."""

import pytest

from accounts.actions import addresses
from accounts.models import Person
from learning.models import Change, CompetencyMet, Completion
from learning.reading import completions_for
from policies.reasons import Refused
from tests.accounts.test_addresses import asked
from tests.learning.support import DONE, MAP, READ, recorded

MINE, FURTHER = "me@learner.example", "further@learner.example"


def test_of_two_in_one_offering_the_completed_one_stands_with_what_both_showed(model, offering):
    part = recorded(offering, model.assessor, email=MINE, competencies=[READ], completed_on=None)
    whole = recorded(offering, model.assessor, email=FURTHER, competencies=[MAP])
    me = Person.objects.get(email=MINE)
    addresses.prove(token=asked(me, FURTHER), by=me)
    assert set(Completion.objects.filter(learner=me)) == {part, whole}
    part.refresh_from_db()
    assert part.withdrawn_at is not None
    assert CompetencyMet.objects.filter(completion=part).count() == 1
    change = Change.objects.get()
    assert (change.completion, change.act, change.by) == (part, "withdrawn", me)
    for email in (MINE, FURTHER):
        (shown,) = completions_for(offering.definition, [email]).values()
        assert (shown.completion_id, shown.completed_on, sorted(shown.competencies)) == (
            whole.pk,
            DONE,
            sorted([MAP, READ]),
        )
    with pytest.raises(Refused, match="recorded already"):
        recorded(offering, model.assessor, email=FURTHER)
