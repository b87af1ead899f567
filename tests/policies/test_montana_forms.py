"""The University of Montana's procedure 201.67: what its forms ask, clause by clause."""

import pytest

from policies.engine import Facts, checklist, errors, prefill, transcript_notation
from policies.loader import packs
from tests.policies.examples import MONTANA, MONTANA_FILES, changed, noncredit, words


@pytest.fixture
def pack():
    return packs()["montana"]


def facts(proposers=2, type="badge_and_notation", files=MONTANA_FILES):
    return Facts(proposers=proposers, type=type, files=files)


def refusals(pack, answers, given=None, form="proposal"):
    return [
        (reason.clause, reason.field, reason.text) for reason in errors(pack, form, answers, given or facts())
    ]


def met(pack, answers, given=None, form="proposal"):
    return {line.clause: line.met for line in checklist(pack, form, answers, given or facts())}


def test_a_complete_proposal_can_be_filed(pack):
    assert refusals(pack, MONTANA) == []
    assert False not in met(pack, MONTANA).values()


def test_an_empty_proposal_says_everything_that_is_missing(pack):
    lines = met(pack, {}, facts(proposers=1, files={}))
    for clause in ("UM-3", "UM-9", "UM-10", "UM-11", "UM-12", "UM-30", "UM-31", ""):
        assert lines[clause] is False
    assert lines["UM-8"] is None  # partners are optional
    assert lines["UM-26"] is None  # asked only of what bears credit


@pytest.mark.parametrize(
    "proposers,ok,text",
    [
        (0, False, "The proposal has 0 proposers; at least 2 are asked for: add another one."),
        (1, False, "The proposal has 1 proposer; at least 2 are asked for: add another one."),
        (2, True, ""),
        (5, True, ""),
    ],
)
def test_um10_at_least_two_proposers(pack, proposers, ok, text):
    assert refusals(pack, MONTANA, facts(proposers=proposers)) == ([] if ok else [("UM-10", "", text)])
    assert met(pack, MONTANA, facts(proposers=proposers))["UM-10"] is ok


@pytest.mark.parametrize("total,ok", [(499, False), (500, True), (650, True), (800, True), (801, False)])
def test_um11_statement_of_500_to_800_words_in_four_parts(pack, total, ok):
    parts = {"career": 100, "badge": 100, "resources": 100, "evaluation": total - 300}
    answers = {**MONTANA, "statement": {part: words(number) for part, number in parts.items()}}
    said = f"“Statement of purpose and need” has {total} words; 500 to 800 are asked for."
    assert refusals(pack, answers) == ([] if ok else [("UM-11", "statement.career", said)])
    line = next(line for line in checklist(pack, "proposal", answers, facts()) if line.clause == "UM-11")
    assert (line.met, line.reason) == (ok, "" if ok else said)


@pytest.mark.parametrize("part", ["career", "badge", "resources", "evaluation"])
def test_um11_every_part_is_needed(pack, part):
    rest = [other for other in ("career", "badge", "resources", "evaluation") if other != part]
    answers = {**MONTANA, "statement": {other: words(200) for other in rest}}  # 600 words without it
    label = pack.form("proposal").field(f"statement.{part}").label
    assert refusals(pack, answers) == [("UM-11", f"statement.{part}", f"Fill in “{label}”.")]


@pytest.mark.parametrize("credits", [1, 2, 10, 11])
def test_um4_one_to_eleven_credits(pack, credits):
    assert refusals(pack, changed(MONTANA, "offering.credits", credits)) == []


def test_um4_no_credits_where_credit_is_borne(pack):
    assert refusals(pack, changed(MONTANA, "offering.credits", 0)) == [
        ("UM-4", "offering.credits", "An offering that bears credit has 1 to 11 credits; 0 are given.")
    ]


@pytest.mark.parametrize("credits", [12, 15, 99])
def test_um4_twelve_credits_are_a_certificate(pack, credits):
    answers = changed(MONTANA, "offering.credits", credits)
    said = (
        f"{credits} credits make it a certificate: from 12 credits on, use the university's certificate procedure. "
        "Here an offering has 1 to 11."
    )
    assert refusals(pack, answers) == [("UM-4", "offering.credits", said)]
    assert met(pack, answers)["UM-4"] is False


def test_um4_a_hundred_credits_are_refused_too(pack):
    assert [one[:2] for one in refusals(pack, changed(MONTANA, "offering.credits", 100))] == [
        ("UM-4", "offering.credits")
    ]


def test_um4_credits_and_an_assessment_are_asked_of_what_bears_credit(pack):
    answers = changed(changed(MONTANA, "offering.credits", None), "outcomes.skill_assessment", None)
    assert refusals(pack, answers) == [
        ("UM-4", "offering.credits", "Fill in “Credits”."),
        ("UM-4", "outcomes.skill_assessment", "Fill in “Assessment of the skill”."),
    ]


@pytest.mark.parametrize("credits", [None, 0])
def test_um4_no_credits_pass_where_none_are_borne(pack, credits):
    assert refusals(pack, noncredit(credits), facts(type="badge")) == []


def test_um4_credits_without_credit_are_refused(pack):
    assert refusals(pack, noncredit(3), facts(type="badge")) == [
        (
            "UM-4",
            "offering.credits",
            "A non-credit offering has no credits; 3 are given. Choose credit-bearing, or take the number away.",
        )
    ]


def test_um4_a_certificate_cannot_be_proposed_here(pack):
    said = (
        "Programmes of 12 credits or more are certificates: propose them through the university's certificate "
        "procedure."
    )
    assert refusals(pack, MONTANA, facts(type="certificate")) == [("UM-4", "", said)]
    assert met(pack, MONTANA, facts(type="certificate"))["UM-4"] is False


def test_a_type_that_does_not_exist_is_refused(pack):
    assert refusals(pack, MONTANA, facts(type="diploma")) == [
        (
            "",
            "",
            "Choose a type of credential: Badge, Transcript notation, Badge and transcript notation.",
        )
    ]


@pytest.mark.parametrize(
    "credit,type,clause",
    [
        ("credit", "notation", None),
        ("credit", "badge_and_notation", None),
        ("credit", "badge", "UM-5"),
        ("combination", "badge_and_notation", None),
        ("combination", "badge", "UM-5"),
        ("noncredit", "badge", None),
        ("noncredit", "notation", "UM-6"),
        ("noncredit", "badge_and_notation", "UM-6"),
    ],
)
def test_um5_um6_a_notation_goes_with_credit_and_only_with_credit(pack, credit, type, clause):
    answers = noncredit() if credit == "noncredit" else changed(MONTANA, "offering.credit", credit)
    found = refusals(pack, answers, facts(type=type))
    assert [(one[0], one[1]) for one in found] == ([(clause, "offering.credit")] if clause else [])
    assert transcript_notation(pack, answers, type) is (credit != "noncredit" and type != "badge")


@pytest.mark.parametrize("type,badge", [("badge", True), ("notation", False), ("badge_and_notation", True)])
def test_um5_a_notation_is_possible_without_a_badge(pack, type, badge):
    assert pack.kind(type).badge is badge


@pytest.mark.clause("UM-3", "UM-9", "UM-11", "UM-12", "UM-25", "UM-26", "UM-30", "UM-31")
@pytest.mark.parametrize(
    "path,clause",
    [
        ("offering.modality", "UM-3"),
        ("offering.credit", "UM-3"),
        ("offering.level", "UM-9"),
        ("people.department", "UM-11"),
        ("outcomes.outcomes", "UM-12"),
        ("offering.stacks_into", "UM-26"),
        ("people.programme_director", "UM-30"),
        ("offering.workload", "UM-31"),
        ("offering.focus", "UM-31"),
        ("offering.difference", "UM-31"),
        ("outcomes.criteria", "UM-25"),
    ],
)
def test_required_answers_name_their_clause(pack, path, clause):
    found = refusals(pack, changed(MONTANA, path, None))
    assert [(one[0], one[1]) for one in found] == [(clause, path)]


@pytest.mark.clause("UM-26")
@pytest.mark.parametrize(("credit", "asked"), [("credit", True), ("combination", True), ("noncredit", False)])
def test_what_bears_credit_names_the_certificate_or_degree_it_counts_towards(pack, credit, asked):
    answers = noncredit() if credit == "noncredit" else changed(MONTANA, "offering.credit", credit)
    answers = changed(answers, "offering.stacks_into", None)
    given = facts(type="badge" if credit == "noncredit" else "badge_and_notation")
    said = "Fill in “Certificate or degree it can count towards”."
    assert refusals(pack, answers, given) == ([("UM-26", "offering.stacks_into", said)] if asked else [])


@pytest.mark.clause("UM-31")
def test_samples_are_linked_where_the_offering_is_described(pack):
    links = pack.form("proposal").section("offering").links
    assert links[0].url == "/catalogue/?institution=montana"
    assert pack.form("full_proposal").section("offering").links == links
    assert [link.url for link in pack.outreach.samples] == ["/catalogue/?institution=montana"]


@pytest.mark.clause("UM-8")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"name": "Sawmill", "sector": "business"}, ""),
        ({"name": "Food bank", "sector": "nonprofit", "part": "Two evenings"}, ""),
        ({"name": "County", "sector": "government"}, ""),
        ({"name": "Sawmill"}, "Line 1 of “Partners outside the university” has no “Sector” yet."),
        ({"sector": "business"}, "Line 1 of “Partners outside the university” has no “Name” yet."),
    ],
)
def test_partners_have_a_name_and_a_sector(pack, line, said):
    answers = changed(MONTANA, "people.partners", [line])
    assert refusals(pack, answers) == ([("UM-8", "people.partners", said)] if said else [])


def test_um3_modality_and_credit_offer_what_the_procedure_names(pack):
    form = pack.form("proposal")
    assert [c.value for c in form.field("offering.modality").choices] == ["online", "in_person", "hybrid"]
    assert [c.value for c in form.field("offering.credit").choices] == ["credit", "noncredit", "combination"]
    assert [c.value for c in form.field("offering.level").choices] == [
        "undergraduate",
        "graduate",
        "continuing_education",
    ]


@pytest.mark.parametrize(
    "files,text",
    [
        (0, "Add a file under “Syllabi”."),
        (1, ""),
        (10, ""),
        (11, "“Syllabi” has 11 files; 1 to 10 are asked for."),
    ],
)
def test_um12_at_least_one_syllabus(pack, files, text):
    given = facts(files={"syllabi.files": tuple(range(files))})
    assert refusals(pack, MONTANA, given) == ([("UM-12", "syllabi.files", text)] if text else [])


def test_um12_an_outcome_says_for_whom_and_on_which_track(pack):
    row = {"outcome": "Map a fire", "assessment": "Project"}
    assert refusals(pack, changed(MONTANA, "outcomes.outcomes", [row])) == [
        ("UM-12", "outcomes.outcomes", "Line 1 of “Outcomes” has no “Intended earners” yet."),
        ("UM-12", "outcomes.outcomes", "Line 1 of “Outcomes” has no “Track” yet."),
    ]
    line = next(
        line
        for line in checklist(pack, "proposal", changed(MONTANA, "outcomes.outcomes", [row]), facts())
        if line.clause == "UM-12"
    )
    assert line.reason == "Line 1 of “Outcomes” has no “Intended earners” yet. And 1 more."


FULL = {
    **MONTANA,
    "statement": {"pilot_data": words(300), "resources": words(100), "evaluation": words(100)},
}


def test_um17_full_proposal_begins_with_the_pilots_answers(pack):
    prefilled = prefill(pack, "full_proposal", MONTANA)
    assert prefilled == {
        **MONTANA,
        "statement": {
            "resources": MONTANA["statement"]["resources"],
            "evaluation": MONTANA["statement"]["evaluation"],
        },
    }


@pytest.mark.parametrize("total,ok", [(499, False), (500, True), (800, True), (801, False)])
def test_um17_purpose_and_need_from_pilot_data_in_500_to_800_words(pack, total, ok):
    answers = changed(FULL, "statement.pilot_data", words(total - 200))
    found = refusals(pack, answers, form="full_proposal")
    assert [one[0] for one in found] == ([] if ok else ["UM-17"])


def test_um17_the_full_proposal_needs_pilot_data_and_a_syllabus(pack):
    answers = changed(FULL, "statement.pilot_data", None)
    found = refusals(pack, answers, facts(files={}), "full_proposal")
    assert [(one[0], one[1]) for one in found] == [
        ("UM-17", "statement.pilot_data"),  # 200 words together are too few
        ("UM-17", "statement.pilot_data"),  # and the part itself is missing
        ("UM-12", "syllabi.files"),
    ]
