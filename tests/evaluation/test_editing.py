"""The office changes what is asked; a programme director adapts it before it opens; answers stay with their version."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from evaluation.actions import templates
from evaluation.actions.templates import Timing, Words
from evaluation.models import OfferingSurvey, Response, Survey
from evaluation.questions import Question
from journal import clock
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import definition
from tests.evaluation.support import ask, finish, links, page, run_of
from tests.evaluation.test_asking import DAY, NOON

ONE = Words("Well?", "", [Question("good", "Was it good?", "yes_no")])
TWO = Words(
    "Well?",
    "",
    [Question("good", "Was it good?", "yes_no"), Question("which", "Which?", "choice", ("A", "B"))],
)


@pytest.fixture
def place(campus):
    return campus("montana")


@pytest.fixture
def survey(place):
    with clock.at(NOON):
        return next(s for s in templates.keep(place.institution) if s.key == "reaction")


@pytest.fixture
def offering(place):
    with clock.at(NOON):
        return run_of(place, definition(place))


def signed_in(person):
    site = Client()
    site.force_login(person)
    return site


def form(survey_page, **changes):
    """What the editor's page would send back, changed."""
    found = {}
    for one in (survey_page.context["words"], survey_page.context["timing"], *survey_page.context["parts"]):
        for field in one or ():
            value = field.value()
            if value not in (None, False, ""):
                found[field.html_name] = value
    management = survey_page.context["parts"].management_form
    found |= {field.html_name: field.value() for field in management}
    return found | changes


@pytest.mark.clause("UM-21", "UM-23")
def test_the_sample_questions_are_a_template_that_the_office_edits(place, survey):
    """The document's level 1 covers engagement, own contribution, reaction and perceived value."""
    site, address = signed_in(place.programme_manager), reverse("survey_edit", args=[survey.pk])
    assert [q["id"] for q in survey.current.questions] == [
        "engaging",
        "held",
        "own_part",
        "worth",
        "why",
        "value",
        "plans",
    ]
    shown = site.get(address)
    sent = site.post(address, form(shown, **{
        "questions-0-text": "Did it hold your attention?", "questions-1-leave_out": "on", "questions-6-place": "1",
        "questions-7-text": "What helped?", "questions-7-kind": "choices", "questions-7-options": "Talks\n\nTalks\nMaps",
        "offsets_days": "0, 3", "after": "module",
    }))  # fmt: skip
    assert sent.status_code == 302
    survey.refresh_from_db()
    asked = [(q["id"], q["text"], q["options"]) for q in survey.current.questions]
    assert asked[0][:2] == ("engaging", "Did it hold your attention?")
    assert asked[-1] == ("what_helped", "What helped?", ["Talks", "Maps"])
    assert [q[0] for q in asked] == ["engaging", "plans", "own_part", "worth", "why", "value", "what_helped"]
    assert (survey.offsets_days, survey.after, survey.current.number) == ([0, 3], "module", 2)
    assert list(survey.versions.values_list("number", "made_by__email")) == [
        (2, place.programme_manager.email),
        (1, None),
    ]
    assert "Did it hold your attention?" in site.get(reverse("survey", args=[survey.pk])).content.decode()
    old = site.get(reverse("survey", args=[survey.pk]), {"version": "1"}).content.decode()
    assert "How much did it hold your attention?" in old
    assert Entry.objects.filter(act="survey changed").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Give it a title."),
        ({"offsets_days": "soon"}, "Write whole numbers of days."),
        ({"offsets_days": "-1"}, "each from 0 to 3,650"),
        ({"offsets_days": ""}, "Say at least one day"),
        ({"reminders_days": "90"}, "at most three reminders"),
        ({"open_days": "0"}, "greater than or equal to 1"),
        ({"questions-0-kind": "choice"}, "at least two different answers"),
        ({"questions-0-text": "x" * 501}, "at most 500 characters"),
        ({"seen": "7"}, "Somebody changed this survey meanwhile"),
        ({}, "Nothing is different"),
    ],
    ids=["title", "words", "minus", "none", "reminder", "open", "choice", "long", "stale", "same"],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(place, survey, changes, words):
    site, address = signed_in(place.programme_manager), reverse("survey_edit", args=[survey.pk])
    sent = site.post(
        address,
        form(site.get(address), intro="Typed here", **changes)
        | ({"intro": survey.current.intro} if not changes else {}),
    )
    text = sent.content.decode()
    assert (sent.status_code, words in text) == (409, True)
    assert not changes or "Typed here" in text
    assert Survey.objects.get(pk=survey.pk).current.number == 1


def test_room_for_further_questions_keeps_what_was_typed(place, survey):
    site, address = signed_in(place.programme_manager), reverse("survey_edit", args=[survey.pk])
    more = site.post(
        address,
        form(site.get(address), **{"questions-7-text": "A new one", "questions-7-kind": "text", "more": "1"}),
    )
    assert (more.status_code, len(more.context["parts"].forms)) == (200, 10)
    assert "A new one" in more.content.decode()
    assert survey.versions.count() == 1


def test_an_offering_is_adapted_before_it_opens_and_stays_afterwards(place, survey, offering):
    """The office's later words reach it no more; the answers name the version that they were given to."""
    by = place.programme_director
    with clock.at(NOON):
        templates.adapt(survey=survey, offering=offering, words=ONE, seen=1, by=by)
        other = run_of(place, definition(place, title="Another"), title="Another")
        finish(offering, place, "ann")
    ask(NOON)
    with pytest.raises(Refused, match="This survey is open"):
        templates.adapt(survey=survey, offering=offering, words=TWO, seen=2, by=by)
    assert signed_in(by).get(reverse("survey_adapt", args=[survey.pk, offering.pk])).status_code == 409
    templates.edit(
        survey=survey, words=TWO, timing=Timing((0,), (7,), 60), seen=1, by=place.programme_manager
    )
    with clock.at(NOON + DAY):
        finish(other, place, "bo")
        finish(offering, place, "cy")
    ask(NOON + DAY)
    numbers = {}
    for name in ("ann", "bo", "cy"):
        assert (
            page(
                links(to=f"{name}@learner.example")[0], {"go": "send", "q_good": "yes"}, at=NOON + DAY
            ).status_code
            == 200
        )
        numbers[name] = Response.objects.exclude(pk__in=numbers.values()).get().pk
    versions = {name: Response.objects.get(pk=key).version.number for name, key in numbers.items()}
    assert versions == {"ann": 2, "bo": 3, "cy": 2}


def test_adapting_is_taken_back_before_it_opens(place, survey, offering):
    site = signed_in(place.programme_director)
    address = reverse("survey_adapt", args=[survey.pk, offering.pk])
    assert site.post(address, form(site.get(address), title="Ours")).status_code == 302
    assert "Adapted, not asked yet" in site.get(reverse("graduates", args=[offering.pk])).content.decode()
    assert site.post(reverse("survey_follow", args=[survey.pk, offering.pk])).status_code == 302
    assert not OfferingSurvey.objects.exists()


def test_who_changes_what(place, survey, offering):
    edit, adapt = (
        reverse("survey_edit", args=[survey.pk]),
        reverse("survey_adapt", args=[survey.pk, offering.pk]),
    )
    codes = {}
    for name in ("programme_manager", "programme_director", "issuer", "learner", "stranger"):
        site = signed_in(getattr(place, name))
        codes[name] = (site.get(edit).status_code, site.get(adapt).status_code)
    assert codes == {
        "programme_manager": (200, 200), "programme_director": (403, 200), "issuer": (404, 404),
        "learner": (404, 404), "stranger": (404, 404),
    }  # fmt: skip
    with pytest.raises(PermissionDenied):
        templates.edit(survey=survey, words=ONE, timing=Timing(), seen=1, by=place.programme_director)
    with pytest.raises(PermissionDenied):
        templates.adapt(survey=survey, offering=offering, words=ONE, seen=1, by=place.issuer)


def test_a_further_revision_brings_its_words_and_leaves_what_the_office_wrote(place, survey):
    templates.edit(
        survey=survey, words=ONE, timing=Timing((0,), (7,), 60), seen=1, by=place.programme_manager
    )
    pack = place.institution.policy.pack
    assert [s.current.title for s in templates.keep(place.institution) if s.key == "reaction"] == ["Well?"]
    assert {s.key for s in templates.keep(place.institution)} == {one.id for one in pack.evaluation.surveys}
