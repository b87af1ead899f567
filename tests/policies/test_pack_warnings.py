"""What is doubtful in a pack is told with its place; what ships gives no reason for doubt."""

import pytest

from policies import pack_warnings
from policies.loader import SHIPPED, load, parse
from policies.possible import possible
from policies.schema import Condition
from reviews import feasible
from tests.policies.examples import SMALL

QUESTIONS = """
[[forms.sections.fields]]
id = "credit"
label = "Credit"
kind = "choice"
choices = [{ value = "yes", label = "Yes" }, { value = "no", label = "No" }, { value = "both", label = "Both" }]

[[forms.sections.fields]]
id = "groups"
label = "For whom"
kind = "choices"
required = false
choices = [{ value = "staff", label = "Staff" }, { value = "public", label = "Public" }]

[[forms.sections.fields]]
id = "hours"
label = "Hours"
kind = "integer"
minimum = 10
maximum = 40

[[forms.sections.fields]]
id = "share"
label = "Share"
kind = "decimal"
required = false

[[forms.sections.fields]]
id = "open"
label = "Open"
kind = "boolean"

[[forms.sections.fields]]
id = "file"
label = "File"
kind = "files"

[[forms.sections.fields]]
id = "more"
label = "More"
when = { field = "main.credit", any_of = ["yes"] }

"""
WITH_QUESTIONS = SMALL.replace("[[criteria]]", f"{QUESTIONS}[[criteria]]", 1)


def changed(old, new, text=SMALL):
    assert old in text
    return text.replace(old, new, 1)


def told(text):
    pack = parse(text, "small.toml")
    return [f"{'.'.join(map(str, loc))}: {said}" for loc, said in pack_warnings.warnings(pack)]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_what_ships_gives_no_reason_for_doubt(path):
    pack = load(path)
    assert [*pack_warnings.warnings(pack), *feasible.warnings(pack)] == []


def test_nothing_is_doubtful_in_the_small_pack():
    assert told(SMALL) == []


@pytest.mark.parametrize(
    "tests,expected",
    [
        ([{"field": "main.credit", "any_of": ["yes"]}], True),
        ([{"field": "main.credit", "any_of": ["yes"]}, {"field": "main.credit", "any_of": ["no"]}], False),
        ([{"field": "main.credit", "none_of": ["yes", "no", "both"]}], False),
        ([{"field": "main.credit", "none_of": ["yes", "no"]}], True),
        ([{"field": "main.credit", "at_least": 1}], False),  # a choice is no number
        ([{"field": "main.credit", "absent": True}], False),  # it is required, so it is always there
        ([{"field": "main.groups", "absent": True}], True),
        ([{"field": "main.groups", "any_of": ["staff"]}, {"field": "main.groups", "any_of": ["public"]}], True),
        ([{"field": "main.groups", "any_of": ["staff"]}, {"field": "main.groups", "none_of": ["staff"]}], False),
        ([{"field": "main.hours", "at_least": 40}], True),
        ([{"field": "main.hours", "at_least": 41}], False),
        ([{"field": "main.hours", "below": 10}], False),
        ([{"field": "main.hours", "below": 11}], True),
        ([{"field": "main.hours", "at_least": 10.2, "below": 10.8}], False),  # no whole number lies there
        ([{"field": "main.hours", "at_least": 20}, {"field": "main.hours", "below": 20}], False),
        ([{"field": "main.hours", "any_of": [15]}], True),
        ([{"field": "main.hours", "any_of": [50]}], False),
        ([{"field": "main.hours", "any_of": ["15"]}], False),
        ([{"field": "main.share", "at_least": 0.2, "below": 0.3}], True),
        ([{"field": "main.share", "at_least": 0.5}, {"field": "main.share", "none_of": [0.5]}], True),
        ([{"field": "main.open", "any_of": [True]}], True),
        ([{"field": "main.open", "any_of": ["yes"]}], False),
        ([{"field": "main.title", "any_of": ["A title"]}], True),
        ([{"field": "main.title", "at_least": 3}], False),
        ([{"field": "main.file", "absent": True}], True),  # files are kept apart from answers
        ([{"field": "main.file", "any_of": ["x"]}], False),
        ([{"field": "main.outcomes", "none_of": ["x"]}], True),
        ([{"field": "main.more", "none_of": ["x"]}], True),
        ([{"field": "main.more", "absent": True}], True),  # it is not always asked
        ([{"field": "type", "any_of": ["badge"]}], True),
        ([{"field": "type", "none_of": ["badge"]}], False),  # there is no other type
    ],
)  # fmt: skip
def test_whether_an_answer_could_fit(tests, expected):
    pack = parse(WITH_QUESTIONS, "small.toml")
    first, *also = [Condition(**test) for test in tests]
    condition = first.model_copy(update={"also": also})
    assert possible(pack, condition, [pack.form("proposal")]) is expected


def test_a_question_that_is_never_asked():
    text = changed('any_of = ["yes"] }', 'any_of = ["yes"], also = [{ field = "main.credit", any_of = ["no"] }] }', WITH_QUESTIONS)  # fmt: skip
    assert told(text) == ["forms.0.sections.0.fields.9.when: is never asked: no answer meets its condition"]


def test_what_depends_on_a_question_that_is_never_asked():
    text = changed('any_of = ["yes"] }', "at_least = 3 }", WITH_QUESTIONS)
    text = changed(
        'body = "committee"', 'body = "committee"\nwhen = { field = "main.more", none_of = ["x"] }', text
    )
    assert told(text) == [
        "forms.0.sections.0.fields.9.when: is never asked: no answer meets its condition",
        "stages.1.steps.0: never comes: no answer given by then meets its condition",
        "stages.1: the state committee_review is never reached: none of its steps can come",
        "bodies.0: this body never votes: none of its ballots can come",
    ]


def test_a_line_of_the_checklist_that_never_applies():
    text = changed(
        'unmet = "Write the text."',
        'unmet = "Write the text."\nwhen = { field = "main.hours", below = 5 }',
        WITH_QUESTIONS,
    )
    assert told(text) == ["criteria.0.when: never applies: no answer meets its condition"]


def test_a_line_of_the_checklist_that_is_never_met():
    text = changed('check = { filled = ["main.text"] }', 'check = { fact = "paid" }')
    assert told(text) == ["criteria.0.check.fact: is never met: the product knows no such fact yet"]


def test_a_certifier_who_never_releases_anything():
    text = changed(
        'certifiers = [{ office = "registrar" }]',
        'certifiers = [{ office = "registrar", when = { field = "type", any_of = ["old"] } }, { office = "registrar" }]',
    )
    text = changed(
        'name = "Badge"\n',
        'name = "Badge"\n\n[[types]]\nid = "old"\nname = "Old"\nrefused = "No more."\n',
        text,
    )
    assert told(text) == ["issuance.certifiers.0.when: never applies: no answer meets its condition"]


def test_an_answer_that_is_given_only_later():
    """The committee votes before the full proposal is filed, so that its answers cannot be asked for there."""
    full = '[[forms]]\nid = "full_proposal"\ntitle = "Full"\nsections = [{ id = "late", title = "Late", fields = [{ id = "it", label = "It" }] }]\n\n'
    stages = (
        '[[stages]]\nstate = "pilot"\nname = "Pilot"\nsays = "Pilot."\n\n[[stages]]\nstate = "full_approval"\nname = "Full"\n'
        'says = "Full."\nsteps = [{ id = "full", kind = "form", title = "File", by = "proposer", form = "full_proposal" }, '
        '{ id = "late", kind = "ballot", title = "Vote", body = "committee", when = { field = "late.it", any_of = ["x"] } }]\n\n'
    )
    text = changed("[[criteria]]", f"{full}[[criteria]]") + "\n[pilot]\nyears = 1\n"
    text = changed('[[stages]]\nstate = "established"', f'{stages}[[stages]]\nstate = "established"', text)
    assert told(text) == []
    early = changed(
        'body = "committee"\n', 'body = "committee"\nwhen = { field = "late.it", any_of = ["x"] }\n', text
    )
    assert told(early)[0] == "stages.1.steps.0: never comes: no answer given by then meets its condition"


def test_who_cannot_act_before_the_first_form():
    step = '[[stages.steps]]\nid = "ask"\nkind = "consultation"\ntitle = "Ask"\nby = "programme_manager"\n\n'
    text = changed('[[stages.steps]]\nid = "file"', f'{step}[[stages.steps]]\nid = "file"')
    assert told(text) == [
        "stages.0.steps.0: nobody can act here: before the first form is filed only its proposers see a proposal"
    ]


def test_a_form_that_somebody_else_is_named_for():
    text = changed('by = "proposer"', 'by = "programme_manager"')
    assert told(text) == ["stages.0.steps.0.by: the proposers file a form, whoever is named here"]


def test_a_clause_that_no_rule_names():
    more = '\n[[clauses]]\nid = "SC-2"\nkind = "guard"\ntext = "Nobody reads this."\n'
    said = "no rule of this file names it, so nothing enforces it; if it is still to come, say so in later"
    assert told(SMALL + more) == [f"clauses.1: {said}"]
    assert told(SMALL + more + 'later = "Comes with the transcript."\n') == []


def test_an_office_that_nothing_needs():
    text = changed("[[types]]", '[[offices]]\nid = "bursar"\nname = "Bursar"\n\n[[types]]')
    assert told(text) == ["offices.1: no step, seat or certifier needs this office"]


def test_a_form_that_nobody_files():
    form = '[[forms]]\nid = "intent"\ntitle = "Intent"\nsections = [{ id = "a", title = "A", fields = [{ id = "b", label = "B" }] }]\n\n'
    assert told(changed("[[criteria]]", f"{form}[[criteria]]")) == [
        "forms.1: nobody ever files this form: no state and no deadline asks for it"
    ]


def test_a_word_for_a_role_with_a_slip():
    text = changed("[[offices]]", '[words]\nprogramme_manger = "curator"\ncohort = "class"\n\n[[offices]]')
    assert told(text) == [
        'words.programme_manger: is no role, so this word is never used. Is "programme_manager" meant?'
    ]


def test_days_to_vote_for_a_body_that_meets():
    text = changed("[[bodies.seats]]", "[bodies.rule]\ndays_open = 7\n\n[[bodies.seats]]")
    assert told(text) == [
        "bodies.0.rule.days_open: has no effect: only a body that may vote without a meeting (asynchronous) has days to vote"
    ]
