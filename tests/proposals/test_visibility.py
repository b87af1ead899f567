"""Who sees which proposals."""

import pytest

from accounts.models import Person
from proposals import hooks
from proposals.models import Proposal
from tests.proposals import walking
from tests.proposals.walking import move


def seers(campus, proposal):
    """By name, everyone of the cast who sees the proposal."""
    people = {**campus.people, "stranger": campus.stranger}
    people |= {f"office {key}": person for key, person in campus.offices.items()}
    people |= {f"{body} {row.seat}": row.person for body, rows in campus.bodies.items() for row in rows}
    return {name for name, person in people.items() if proposal in Proposal.objects.visible_to(person)}


def test_a_draft_is_seen_by_its_proposers_alone(campus):
    at = campus("model")
    assert seers(at, walking.model_draft(at)) == {"proposer"}


def test_not_even_the_system_operator_sees_a_draft(campus):
    at = campus("model")
    operator = Person.objects.create_superuser("operator@platform.example", name="Test operator")
    draft, submitted = walking.model_draft(at), walking.model_intent(at)
    assert list(Proposal.objects.visible_to(operator)) == [submitted]
    assert draft.submitted_at is None


def test_once_submitted_those_who_review_sign_and_manage_see_it(campus):
    at = campus("model")
    assert seers(at, walking.model_intent(at)) == {
        "proposer",
        "supervisor",
        "section_head",
        "programme_manager",
        "programme_director",
        "administrator",
        "office academic_affairs",
        "office registrar",
        "office provost",
        "committee chair",
        "committee registrar",
        "committee faculty",
        "committee students",
    }


def test_another_campus_never_sees_it(campus):
    at, other = campus("model"), campus("cu_boulder")
    proposal = walking.model_established(at)
    assert seers(other, proposal) == set()
    assert proposal not in Proposal.objects.visible_to(at.stranger)


def test_a_designee_sees_what_the_principal_sees_while_it_lasts(campus):
    at = campus("model")
    proposal = walking.model_intent(at)
    grant = at.section_head.grants.get(role="section_head")
    delegation = grant.delegations.create(
        principal=at.section_head, delegate=at.nobody, starts_on="2020-01-01"
    )
    assert proposal in Proposal.objects.visible_to(at.nobody)
    delegation.ends_on = delegation.starts_on
    delegation.save()
    assert proposal not in Proposal.objects.visible_to(at.nobody)


def test_a_role_that_ended_shows_nothing_any_more(campus):
    at = campus("model")
    proposal = walking.model_intent(at)
    at.section_head.grants.update(ends_on="2020-12-31")
    assert proposal not in Proposal.objects.visible_to(at.section_head)


def test_who_left_sees_nothing_not_even_the_own(campus):
    at = campus("model")
    proposal = walking.model_intent(at)
    at.proposer.is_active = False
    at.proposer.save()
    assert proposal not in Proposal.objects.visible_to(at.proposer)


def test_a_higher_app_can_show_it_to_more_people_but_no_draft(campus):
    at = campus("model")
    draft, submitted = walking.model_draft(at), walking.model_intent(at)
    hooks.register_viewers(lambda person: hooks.Q(institution__slug=at.institution.slug))
    assert list(Proposal.objects.visible_to(at.nobody)) == [submitted]
    assert draft in Proposal.objects.visible_to(at.proposer)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(campus, number, django_assert_num_queries):
    at = campus("model")
    for _ in range(number):
        move(walking.model_draft(at), "submit", at.proposer)
    with django_assert_num_queries(3):  # roles, seats, and the list
        assert len(Proposal.objects.visible_to(at.section_head)) == number
