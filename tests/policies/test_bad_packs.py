"""Every kind of bad pack is refused with the whole message, each problem with its file, line and key."""

import pytest

from policies.loader import PackError, parse
from tests.policies.examples import SMALL, line_in

SEAT = '[[bodies.seats]]\nid = "chair"\ntitle = "Second chair"\n\n'
FIELD = 'id = "{}"\nlabel = "Asked only after {}"\nwhen = {{ field = "main.{}", any_of = ["x"] }}\n'
MORE_FIELDS = "[[forms.sections.fields]]\n"


def message(text):
    with pytest.raises(PackError) as caught:
        parse(text, "small.toml")
    return str(caught.value)


def changed(old, new):
    assert old in SMALL
    return SMALL.replace(old, new, 1)


# --- what stands in the file -----------------------------------------------------------------------


def test_an_unknown_key():
    text = changed('short_name = "Small"', 'short_name = "Small"\nshape = "round"')
    line = line_in(text, 'shape = "round"')
    assert message(text) == (
        f"small.toml, line {line}, look.shape: there is no such key. "
        'Is "badge_shape" meant? The keys here are badge_shape, colour, linkedin, paper, short_name'
    )


def test_an_unknown_table():
    text = SMALL + "\n[commitee]\nsize = 3\n"
    said = message(text)
    assert said.startswith(
        f"small.toml, line {line_in(text, '[commitee]')}, commitee: there is no such key. The keys here are bodies,"
    )


@pytest.mark.parametrize(
    "old,new,said",
    [
        ("max_length = 100", 'max_length = "many"', "forms.proposal.sections.main.fields.title.max_length: must be a whole number"),
        ("max_length = 100", "max_length = 9.5", "forms.proposal.sections.main.fields.title.max_length: must be a whole number"),
        ("chair = true", "chair = 2026-01-01", "bodies.committee.seats.chair.chair: must be true or false"),
        ('approver = "Senate"', "approver = 5", "policy.approver: must be text in quotation marks"),
        ("effective_on = 2026-01-01", 'effective_on = "soon"', "policy.effective_on: must be a date such as 2026-08-31"),
        ('outcomes = ["approve", "decline"]', 'outcomes = "approve"', "bodies.committee.outcomes: must be a list: [ … ]"),
        ('kind = "open_badges"', 'kind = "paper"', "platform.kind: must be 'credly', 'accredible', 'canvas' or 'open_badges', not 'paper'"),
    ],
)  # fmt: skip
def test_a_wrong_type(old, new, said):
    text = changed(old, new)
    assert message(text) == f"small.toml, line {line_in(text, new)}, {said}"


def test_two_seats_with_one_id():
    text = changed("[calendar]", f"{SEAT}[calendar]")
    line = line_in(text, "[[bodies.seats]]", 2)
    assert (
        message(text)
        == f'small.toml, line {line}, bodies.committee.seats.chair: the seat "chair" is listed twice'
    )


def test_a_step_by_a_role_that_does_not_exist():
    text = changed('by = "proposer"', 'by = "rector"')
    line = line_in(text, 'by = "rector"')
    assert message(text) == (
        f"small.toml, line {line}, stages.proposal.steps.file.by: there is no role "
        '"rector"; the roles are proposer, supervisor, section_head, programme_manager, issuer, assessor, '
        "programme_director, campus_administrator, or office:<id>"
    )


def test_a_step_by_an_office_that_does_not_exist():
    text = changed('by = "proposer"', 'by = "office:provost"')
    line = line_in(text, 'by = "office:provost"')
    assert (
        message(text)
        == f'small.toml, line {line}, stages.proposal.steps.file.by: there is no office "provost" in this file'
    )


def test_a_route_that_never_ends():
    text = changed('[[stages]]\nstate = "established"\nname = "Established"\nsays = "Done."\n', "")
    line = line_in(text, 'state = "committee_review"')
    assert message(text) == (
        f"small.toml, line {line}, stages.committee_review.state: the route never ends: its last state is established"
    )


def test_a_state_that_comes_twice():
    text = changed(
        '[[stages]]\nstate = "established"',
        '[[stages]]\nstate = "proposal"\nname = "Again"\nsays = "Again."\n\n[[stages]]\nstate = "established"',
    )
    assert message(text).splitlines()[0] == (
        f"small.toml, line {line_in(text, '[[stages]]', 3)}, stages.proposal: "
        '"proposal" is there already: each has one entry'
    )


@pytest.mark.parametrize(
    "new,line,key,said",
    [
        ("adopted_on = 2026-02-01", 6, "effective_on", "the policy takes effect before it was adopted: effective_on is before adopted_on"),
        ("revised_on = [2026-03-01, 2026-02-01]", 7, "revised_on", "the dates of revised_on are not in order, oldest first"),
        ("reviewed_on = [2026-02-01, 2026-02-01]", 7, "reviewed_on", "the dates of reviewed_on are not in order, oldest first"),
    ],
)  # fmt: skip
def test_dates_out_of_order(new, line, key, said):
    text = changed("effective_on = 2026-01-01", f"effective_on = 2026-01-01\n{new}")
    assert message(text) == f"small.toml, line {line}, policy.{key}: {said}"


def test_terms_out_of_order():
    terms = 'terms = [{ id = "b", name = "B", starts = "01-10", ends = "05-20" }, { id = "a", name = "A", starts = "05-01", ends = "06-20" }]'
    text = changed('terms = [{ id = "year", name = "Year", starts = "09-01", ends = "06-30" }]', terms)
    assert message(text) == (
        f"small.toml, line {line_in(text, '[calendar]')}, calendar: "
        "the terms are not in order, overlap, or take more than a year together"
    )


def test_a_deadline_in_a_term_that_does_not_exist():
    deadline = '[[deadlines]]\nid = "d"\ntitle = "D"\nanchor = "submitted"\nyear = 1\nterm = "winter"\nowner = "proposer"\n'
    text = SMALL + deadline
    line = line_in(text, 'term = "winter"')
    assert message(text) == f'small.toml, line {line}, deadlines.d.term: the calendar has no term "winter"'


def test_a_clause_used_twice():
    text = SMALL + '\n[[clauses]]\nid = "SC-1"\nkind = "guard"\ntext = "Again."\n'
    line = line_in(text, "[[clauses]]", 2)
    assert (
        message(text) == f'small.toml, line {line}, clauses.SC-1: "SC-1" is there already: each has one entry'
    )


# --- circles ---------------------------------------------------------------------------------------


def test_sections_that_take_each_other_over():
    intent = (
        '[[forms]]\nid = "intent"\ntitle = "Intent"\nsections = [{ id = "main", same_as = "proposal" }]\n\n'
    )
    text = changed("[[criteria]]", f"{intent}[[criteria]]")
    a, b = text.index("[[forms.sections]]"), text.index(intent)
    text = text[:a] + '[[forms.sections]]\nid = "main"\nsame_as = "intent"\n\n' + text[b:]
    line = line_in(text, 'same_as = "intent"')
    first = f"small.toml, line {line}, forms.proposal.sections.main.same_as"
    assert (
        f"{first}: leads round in a circle: proposal → intent → proposal. One of these forms must hold the fields"
        in message(text).splitlines()
    )


def test_a_section_that_takes_itself_over():
    text = changed('id = "main"\ntitle = "Main"', 'id = "main"\ntitle = "Main"\nsame_as = "proposal"')
    line = line_in(text, 'same_as = "proposal"')
    assert (
        f"small.toml, line {line}, forms.proposal.sections.main.same_as: leads round in a circle: "
        "proposal → proposal. One of these forms must hold the fields"
    ) in message(text).splitlines()


def test_questions_that_wait_for_each_other():
    fields = "".join(MORE_FIELDS + FIELD.format(*pair) for pair in (("a", "b", "b"), ("b", "a", "a")))
    text = changed("[[criteria]]", f"{fields}\n[[criteria]]")
    line = line_in(text, 'when = { field = "main.b", any_of = ["x"] }')
    assert message(text) == (
        f"small.toml, line {line}, forms.proposal.sections.main.fields.a.when: a circle, so that none of them is ever "
        'asked: "main.a", which is asked only after "main.b", which is asked only after "main.a"'
    )


def test_a_question_that_waits_for_itself():
    text = changed("[[criteria]]", f"{MORE_FIELDS}{FIELD.format('a', 'a', 'a')}\n[[criteria]]")
    assert '"main.a" is asked only after itself, so it never is' in message(text)


def test_either_of_two_questions_is_no_circle():
    field = 'id = "{}"\nlabel = "Else"\nrequired = false\nwhen = {{ field = "main.{}", absent = true }}\n'
    fields = "".join(MORE_FIELDS + field.format(*pair) for pair in (("a", "b"), ("b", "a")))
    parse(changed("[[criteria]]", f"{fields}\n[[criteria]]"), "small.toml")


# --- everything at once ----------------------------------------------------------------------------


def test_one_reading_tells_of_wrong_values_unknown_keys_and_what_does_not_fit_together():
    text = (
        SMALL.replace('approver = "Senate"', "approver = 5")
        .replace('label = "Text"', 'label = "Text"\nlong = true')
        .replace('by = "proposer"', 'by = "rector"')
        .replace("[calendar]", f"{SEAT}[calendar]")
        .replace('office = "registrar"', 'office = "bursar"')
        .replace('competency_column = "name"', 'competency_column = "aim"')
    )
    keys = [line.split(": ")[0].split(", ")[2] for line in message(text).splitlines()]
    assert keys == [
        "policy.approver",
        "forms.proposal.sections.main.fields.text.long",
        "stages.proposal.steps.file.by",
        "bodies.committee.seats.chair",
        "issuance.certifiers[0].office",
        "mapping.competency_column",
    ]


def test_an_unknown_key_hides_no_rule_of_its_table():
    text = changed("max_length = 100", "max_length = 100\nmin_words = 9\nmax_words = 3\nwide = true")
    assert [line.split(": ", 1)[1] for line in message(text).splitlines()] == [
        "the smallest number of words (9) is above the largest (3)",
        message(changed("max_length = 100", "max_length = 100\nwide = true")).split(": ", 1)[1],
    ]


def test_all_rules_of_a_table_are_told():
    more = "min_words = 9\nmax_items = 3\nminimum = 1\n"
    text = changed("max_length = 100", f"{more}max_length = 100").replace("[calendar]", f"{SEAT}[calendar]")
    text = text.replace('["approve", "decline"]', '["decline", "decline"]')
    assert [line.split(": ", 1)[1] for line in message(text).splitlines()] == [
        'max_items does not fit a field of kind "text"',
        'minimum does not fit a field of kind "text"',
        "without the outcome approve nothing could ever pass this body",
        'the outcome "decline" is listed twice',
        'the seat "chair" is listed twice',
    ]


def test_a_part_in_ruins_starts_no_rain_of_complaints():
    """Without its clauses nothing is said of the rules that name them; without its stages nothing of the route."""
    text = SMALL[: SMALL.index("[[clauses]]")]
    assert message(text) == "small.toml, line 1, clauses: is missing"
    text = changed('id = "committee"\n', "")
    line = line_in(text, "[[bodies]]")
    assert message(text) == f"small.toml, line {line}, bodies[0].id: is missing"


def test_a_misspelt_state_is_told_once():
    text = changed('state = "established"', 'state = "establishd"')
    line = line_in(text, 'state = "establishd"')
    said = message(text).splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"small.toml, line {line}, stages.establishd.state: must be 'intent', ")


def test_a_fault_in_a_section_taken_over_is_told_where_it_stands():
    text = changed("[[criteria]]", '[[forms]]\nid = "full_proposal"\ntitle = "Full"\nsections = [{ id = "main", same_as = "proposal" }]\n\n[[criteria]]')  # fmt: skip
    text = text.replace("max_length = 100", 'max_length = "many"')
    assert len(message(text).splitlines()) == 1
