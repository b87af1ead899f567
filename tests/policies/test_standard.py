"""The standard description: what each pack's form covers of the European elements and CTDL, and how a pack takes it over."""

import copy
import tomllib
from decimal import Decimal

import pytest

from policies.engine import Facts, errors, mapped
from policies.loader import canonical_text, pack_from_text, packs, parse
from policies.mapping import Aligned
from policies.pack_errors import PackError
from policies.schema import Pack
from policies.schema.standard import MAPPED, standard_section
from tests.policies.examples import BOULDER, DENVER, MODEL, MONTANA, MONTANA_FILES, SMALL, changed
from tests.policies.examples_riverside_fiu import DESIGN, RIVERSIDE

# Council Recommendation 2022/C 243/02, Annex I: what of it a definition says (the rest stands in the award and the
# issuer), with the properties that CTDL requires and that come from answers.
ELEMENTS = {
    "title": "title",
    "learning outcomes": "competencies",
    "level": "level",
    "type of assessment": "assessment_type",
    "form of participation": "modality",
    "quality assurance": "quality_assurance",
    "prerequisites": "prerequisites",
    "supervision of the assessment": "supervision",
    "description (CTDL)": "description",
    "language (CTDL)": "language",
}


@pytest.mark.parametrize("slug", sorted(packs()))
def test_the_form_covers_every_standard_element(slug):
    pack = packs()[slug]
    form = pack.form("proposal")
    for element, key in ELEMENTS.items():
        path = getattr(pack.mapping, key)
        assert path and form.field(path), f"{slug} asks nowhere for {element}"
    workload = [pack.mapping.workload, pack.mapping.hours, pack.mapping.ects]
    assert all(form.field(path) for path in workload if path) and pack.mapping.hours
    assert pack.mapping.stacks_into or pack.mapping.integration


@pytest.mark.parametrize(
    ("slug", "answers", "type"),
    [
        ("cu_boulder", BOULDER, "badge"),
        ("cu_denver", DENVER, "badge"),
        ("florida_international", DESIGN, "badge"),
        ("model", MODEL, "badge"),
        ("montana", MONTANA, "badge_and_notation"),
        ("uc_riverside", RIVERSIDE, "badge"),
    ],
)
def test_nothing_of_it_is_asked_for(slug, answers, type):
    """The examples answer none of the standard questions and can be filed all the same."""
    facts = Facts(proposers=2, type=type, files=MONTANA_FILES)
    assert errors(packs()[slug], "proposal", answers, facts) == []


def test_every_standard_question_is_optional_and_leads_to_the_definition():
    fields = standard_section()["fields"]
    assert [field["id"] for field in fields] == list(MAPPED)
    assert [field["id"] for field in fields if field["required"]] == []


STANDARD = {
    "hours": 50,
    "ects": 2,
    "assessment_type": "project",
    "supervision": "supervised_id",
    "quality": "Reviewed each year.",
    "prerequisites": "None.",
    "language": "es",
    "subject": "Geology",
    "alignments": [
        {"name": "Fieldwork", "url": "https://example.edu/f", "framework": "ESCO", "code": None},
        {"name": "Without an address", "url": ""},
    ],
    "information": "Taught in the evening.",
}


def test_what_is_answered_stands_in_the_definition():
    found = mapped(packs()["cu_boulder"], {**BOULDER, "standard": STANDARD})
    assert (found.hours, found.ects) == (50, Decimal(2))
    assert found.workload == "30 hours within a term"  # the institution's own question
    assert found.assessment_type == "Project or portfolio"
    assert found.supervision == "Supervised, online or on site, identity checked"
    assert (found.quality_assurance, found.prerequisites) == ("Reviewed each year.", "None.")
    assert (found.language, found.language_values) == ("Spanish", ["es"])
    assert found.field_of_study == "Geology"
    assert found.alignments == [Aligned("Fieldwork", "https://example.edu/f", "ESCO", "")]
    assert found.further_information == "Taught in the evening."
    assert found.integration == "It stands alone"


@pytest.mark.parametrize(
    ("hours", "ects", "words"),
    [
        (50, 2, "50 hours (2 ECTS credits)"),
        (1, None, "1 hour"),
        (None, 1, "1 ECTS credit"),
        (None, 2.5, "2.5 ECTS credits"),
        (None, None, ""),
    ],
)
def test_workload_in_words_where_the_institution_asks_for_numbers_only(hours, ects, words):
    answers = {**DENVER, "standard": {"hours": hours, "ects": ects}}
    assert mapped(packs()["cu_denver"], answers).workload == words


def small(section=None, mapping=None):
    data = tomllib.loads(SMALL)
    data["forms"][0]["sections"].append(section or {"id": "standard", "same_as": "standard"})
    data["mapping"] |= mapping or {}
    return data


def test_taken_over_whole():
    pack = Pack.model_validate(small())
    assert [field.id for field in pack.form("proposal").section("standard").fields] == list(MAPPED)
    assert {key: getattr(pack.mapping, key) for key in MAPPED.values()} == {
        key: f"standard.{name}" for name, key in MAPPED.items()
    }


def test_left_out_is_what_the_institution_asks_itself():
    section = {"id": "standard", "same_as": "standard", "without": ["level", "quality"], "title": "Elsewhere"}
    pack = Pack.model_validate(small(section, {"quality_assurance": "main.text"}))
    taken = pack.form("proposal").section("standard")
    assert taken.title == "Elsewhere"
    assert [field.id for field in taken.fields] == [
        name for name in MAPPED if name not in ("level", "quality")
    ]
    assert pack.mapping.quality_assurance == "main.text"
    assert pack.mapping.level is None


def test_a_line_of_the_mapping_goes_before_the_standard_question():
    pack = Pack.model_validate(small(mapping={"prerequisites": "main.text"}))
    assert pack.mapping.prerequisites == "main.text"


def test_a_section_of_ones_own_by_that_name_is_not_mapped_by_itself():
    own = {"id": "standard", "title": "Own", "fields": [{"id": "quality", "label": "Quality of the air"}]}
    assert Pack.model_validate(small(own)).mapping.quality_assurance is None


def test_the_adopted_text_has_the_questions_written_out():
    text = canonical_text(Pack.model_validate(small()))
    assert "same_as" not in text
    assert (
        pack_from_text(text).form("proposal").field("standard.language").label == "Language it is taught in"
    )


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            'id = "standard"\nsame_as = "standard"\nwithout = ["colour"]',
            "without: names a question that this",
        ),
        ('id = "standard"\nsame_as = "standard"\nwithout = "level"', "without: names a question that this"),
        ('id = "other"\nsame_as = "standard"', "same_as: names no form that has a section of this id"),
        ('id = "standard"\nsame_as = ["standard"]', "same_as: names no form that has a section of this id"),
    ],
)
def test_what_cannot_be_taken_over(section, said):
    from_file = SMALL.replace("[[criteria]]", f"[[forms.sections]]\n{section}\n\n[[criteria]]", 1)
    with pytest.raises(PackError) as caught:
        parse(from_file, "small.toml")
    assert said in str(caught.value)


def test_reading_a_pack_never_changes_the_section_for_others():
    before = copy.deepcopy(standard_section())
    Pack.model_validate(small({"id": "standard", "same_as": "standard", "without": ["hours"]}))
    assert standard_section() == before


def test_an_unanswered_number_is_no_number():
    assert (
        mapped(packs()["cu_denver"], changed(DENVER, "learning.valid_months", None)).validity_months is None
    )
