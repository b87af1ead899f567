"""Finding credentials in the catalogue: words and slips of the pen, filters with their numbers, order, what is not approved."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import units
from credentials.actions import indexing
from credentials.catalogue.facets import LONG, MIDDLE, SHORT
from credentials.catalogue.spelling import mended
from credentials.models import CatalogueEntry, CatalogueWords, Standing
from journal import clock
from policies.mapping import Competency
from tests.credentials.support import award, definition, nothing_written, set_standing, texts


@pytest.fixture
def model(campus):
    return campus("model")


def page(query=""):
    answer = Client().get(f"/catalogue/{query}")
    assert answer.status_code == 200
    return answer


def titles(query=""):
    return [card["title"] for card in page(query).context["cards"]]


def numbers(query="", group=None):
    """The filters offered: {group: {label: number}}."""
    groups = {
        name: {c.label: c.number for c in choices} for name, _, choices in page(query).context["groups"]
    }
    return groups[group] if group else groups


@pytest.fixture
def three(model):
    plan = [Competency("Plan a text", "Portfolio")]
    definition(
        model, title="Café management", description="Run a small restaurant.", criteria="A plan.", competencies=plan,
        skills=["budgets", "Hygiene"], level="Undergraduate", modality="Online", workload="12 hours", audience=["Students"],
    )  # fmt: skip
    definition(
        model, title="Data stewardship", description="Look after data.", criteria="A restaurant's books.", competencies=plan,
        skills=["Budgets", "Statistics"], level="Graduate", modality="Online", workload="60 hours", audience=["Staff"],
        for_credit=True, credits=Decimal(3),
    )  # fmt: skip
    definition(
        model, title="Water sampling", description="Sample lakes.", criteria="Six samples.", competencies=plan,
        skills=["Statistics"], level="Graduate, Undergraduate", modality="In person", workload="30 hours", audience=["Staff"],
    )  # fmt: skip
    indexing.tend()
    return model


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("stewa", ["Data stewardship"]),  # while it is being typed
        ("looking after dat", ["Data stewardship"]),  # forms of the first words, the beginning of the last
        ("cafe", ["Café management"]),
        ("CAFÉ", ["Café management"]),
        ("restaurants", ["Café management", "Data stewardship"]),  # the description weighs more than the criteria
        ("restaurant -small", ["Data stewardship"]),
        ("lake or café", ["Café management", "Water sampling"]),
        ('"small restaurant"', ["Café management"]),
        ("statistics lake", ["Water sampling"]),
        ("'; drop table", []),
        ("!!! & | :* <->", []),
        ("\\", []),
    ],
)  # fmt: skip
def test_words_are_found_in_their_forms_and_the_best_match_comes_first(three, words, expected):
    assert [card["title"] for card in Client().get("/catalogue/", {"q": words}).context["cards"]] == expected


@pytest.mark.parametrize(
    ("words", "meant", "expected"),
    [
        ("statistcs", "statistics", ["Data stewardship", "Water sampling"]),
        ("resturant bugdets", "restaurant budgets", ["Café management", "Data stewardship"]),
        ("zzzzzz", "", []),
        ("xq", "", []),
    ],
)
def test_mistyped_words_show_what_was_probably_meant(three, words, meant, expected):
    found = Client().get("/catalogue/", {"q": words})
    assert found.context["instead"] == meant
    assert sorted(card["title"] for card in found.context["cards"]) == expected
    assert (f"Did you mean {meant} ?" in texts(found)) == bool(meant)
    assert f'value="{words}"' in found.content.decode()  # what was typed stays


def test_mistyped_words_work_before_the_worker_has_counted_any(three):
    CatalogueWords.objects.all().delete()
    assert titles("?q=statistcs") == []


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("stat", "stat"),
        ("satt", "stat"),
        ("lke", "lake"),
        ("managment", "management"),
        ("42", "42"),
        ("lz", "lz"),
    ],
)
def test_nearest_word_is_the_one_with_the_fewest_slips(word, nearest):
    assert mended(word, {"stat": 3, "state": 1, "lake": 2, "management": 1, "12": 5}) == nearest


def test_filters_count_what_they_would_leave_and_join_groups(three):
    found = numbers()
    assert {key: found[key] for key in ("level", "modality", "credit", "time", "audience", "skill")} == {
        "level": {"Graduate": 2, "Undergraduate": 2},
        "modality": {"In person": 1, "Online": 2},
        "credit": {"For credit": 1, "Without credit": 2},
        "time": {SHORT: 1, MIDDLE: 1, LONG: 1},
        "audience": {"Staff": 2, "Students": 1},
        "skill": {"Budgets": 2, "Hygiene": 1, "Statistics": 2},
    }
    assert list(numbers(group="time")) == [SHORT, MIDDLE, LONG]
    assert titles("?level=Graduate&modality=Online") == ["Data stewardship"]
    assert titles("?skill=Hygiene&skill=Statistics") == [
        "Café management",
        "Data stewardship",
        "Water sampling",
    ]
    # of the group itself the numbers are those that another choice would leave; of the others those that are left
    assert numbers("?modality=In+person", "modality") == {"In person": 1, "Online": 2}
    assert numbers("?modality=In+person", "credit") == {"Without credit": 1}
    assert numbers("?q=restaurants", "skill") == {"Budgets": 2, "Hygiene": 1, "Statistics": 1}


def test_a_filter_in_force_can_be_taken_away_alone(three):
    found = page("?q=restaurants&level=Graduate&modality=Online&page=1")
    assert found.context["narrowed"] == [
        {"label": "Graduate", "url": "?q=restaurants&modality=Online"},
        {"label": "Online", "url": "?q=restaurants&level=Graduate"},
    ]


@pytest.mark.parametrize(
    "query",
    [
        "?level=nothing", "?unit=not-an-id", "?unit=00000000-0000-0000-0000-000000000000", "?level=%00",
        "?sort=%00", "?sort=nonsense&page=-4", f"?skill={'x' * 5000}", "?" + "&".join(["skill=a"] * 900),
        "?level:level=Graduate", "?institution=%00model", f"?q={'a%20' * 3000}",
    ],
)  # fmt: skip
def test_nonsense_filters_answer_with_a_page(three, query):
    page(query)


def test_units_count_for_those_above_them(model):
    below = units.add(
        institution=model.institution, name="Laboratory", parent=model.unit, by=model.administrator
    )
    made = definition(model, title="Above")
    other = definition(model, title="Below")
    other.unit = below
    other.save()
    assert indexing.tend() == 1  # it stands elsewhere now
    assert numbers(group="unit") == {"College of Trials": 2, model.unit.name: 2, "Laboratory": 1}
    assert titles(f"?unit={below.pk}") == ["Below"]
    assert titles(f"?unit={model.unit.pk}") == ["Above", "Below"]
    assert made.entry.pk != other.entry.pk


def test_a_renamed_unit_is_found_by_its_new_name(model):
    definition(model)
    units.rename(unit=model.unit, name="School of Volcanoes", by=model.administrator)
    assert (indexing.tend(), indexing.tend()) == (1, 0)
    assert len(titles("?q=volcano")) == 1


@pytest.mark.clause("UCR-10")
def test_those_offered_most_come_first_and_each_leads_to_its_page(model):
    few, many, none = (definition(model, title=title) for title in ("Few", "Many", "A new one"))
    for made, number in ((few, 1), (many, 3)):
        for _ in range(number):
            award(made)
    indexing.tend()
    found = page()
    assert [card["title"] for card in found.context["cards"]] == ["Many", "Few", "A new one"]
    words = texts(found)
    assert "Those offered most often come first" in words
    assert "Held by 3 people" in words
    for made in (few, many, none):
        path = f"/catalogue/{made.slug}/"
        assert f'href="{path}"' in found.content.decode()
        assert Client().get(path).status_code == 200
    assert titles("?sort=title") == ["A new one", "Few", "Many"]
    many.awards.update(revoked_at=clock.now(), revoked_by=model.programme_manager, revocation_reason="A slip")
    indexing.gather()
    assert titles() == ["Few", "A new one", "Many"]


@pytest.mark.clause("UM-14")
@pytest.mark.parametrize("standing", ["draft", "suspended", "lapsed", "retired", "teach_out"])
def test_nothing_unapproved_is_found_filtered_counted_or_suggested(three, standing):
    hidden = {
        "title": "Xylophone repair",
        "skills": ["Xylophones"],
        "level": "Doctoral",
        "audience": ["Luthiers"],
    }
    made = definition(three, Standing.DRAFT, **hidden)
    if standing != "draft":
        set_standing(made, Standing(standing))
    indexing.tend()
    for query in (
        "",
        "?q=xylophone",
        "?q=xylophnoe",
        "?q=xylo",
        "?level=Doctoral",
        "?sort=new",
    ):
        words = texts(page(query)).replace("xylophone”", "")
        assert not [hint for hint in ("Xylophone", "Luthiers", "Did you mean") if hint in words], query
    assert titles("?skill=Xylophones") == []
    assert numbers(group="level") == {"Graduate": 2, "Undergraduate": 2}
    assert "xylophone" not in CatalogueWords.objects.get().text


def test_an_entry_follows_the_version_in_force_and_nothing_is_written_by_looking(three):
    entry = CatalogueEntry.objects.get(definition__current__title="Water sampling")
    assert (entry.language, entry.version_id) == ("english", entry.definition.current_id)
    CatalogueEntry.objects.all().delete()
    with nothing_written():
        page("?q=lake")
    assert indexing.tend() == 3
    assert titles("?q=lake") == ["Water sampling"]


def test_number_of_queries_does_not_grow_with_what_is_found(model):
    def queries(query):
        Client().get(f"/catalogue/{query}")
        with CaptureQueriesContext(connection) as found:
            Client().get(f"/catalogue/{query}")
        return len(found)

    asked = "?q=fire&level=Undergraduate&skill=Mapping"
    definition(model, title="Fire 0")
    indexing.tend()
    before = queries(""), queries(asked)
    for number in range(1, 4):
        award(definition(model, title=f"Fire {number}"))
    indexing.tend()
    assert (queries(""), queries(asked)) == before
    assert before <= (8, 14)


def test_front_page_shows_those_offered_most_and_where_all_are(model):
    many, none = definition(model, title="Many"), definition(model, title="None")
    assert "Offered most often" not in texts(Client().get("/"))
    award(many)
    indexing.gather()
    page = Client().get("/")
    assert [card["title"] for card in page.context["most"]] == ["Many"]
    assert 'href="/catalogue/?sort=offered"' in page.content.decode()
    set_standing(many, Standing.SUSPENDED)
    page = Client().get("/")
    assert page.context["most"] == []
    assert [card["title"] for card in page.context["badges"]] == [str(none)]
