"""The red-line of lists, tables, and documents whose form changed. All expectations by hand."""

import dataclasses

from policies.schema import Form
from proposals.redline import ADDED, REMOVED, SAME, Version, align, compare, counted, lists
from proposals.redline.lists import Entry, Table, entries, table, woven
from tests.proposals.test_redline import added, removed, same


# --- lists and tables -----------------------------------------------------------------------------
def test_what_only_the_old_order_has_stands_after_what_was_before_it():
    assert woven(["a", "b", "c", "d"], ["c", "x", "a"]) == ["c", "d", "x", "a", "b"]
    assert woven(["first", "a"], ["a"]) == ["first", "a"]


def test_entries_come_and_go():
    def named(*names):
        return [Entry(name, "", name) for name in names]

    found = entries(named("Staff", "Students"), named("Students", "Alumni"))
    assert [(entry.text, entry.kind) for entry in found] == [
        ("Staff", REMOVED),
        ("Students", SAME),
        ("Alumni", ADDED),
    ]


COLUMNS = {"outcome": "Outcome", "how": "Assessed by"}


def test_rows_are_matched_by_what_they_hold():
    old = Table(
        COLUMNS,
        [
            {"outcome": "Map the perimeter of a fire", "how": "Project"},
            {"outcome": "Explain smoke", "how": "Oral exam"},
            {"outcome": "Read a chart", "how": "Quiz"},
        ],
    )
    new = Table(
        COLUMNS,
        [
            {"outcome": "Plan evacuation", "how": "Portfolio"},
            {"outcome": "Map the edge of a fire", "how": "Project"},
            {"outcome": "Read a chart", "how": "Quiz"},
        ],
    )
    columns, rows = table(old, new)
    assert [(column.id, column.kind) for column in columns] == [("outcome", SAME), ("how", SAME)]
    assert [row.kind for row in rows] == [ADDED, "changed", REMOVED, SAME]
    assert rows[1].cells == [
        [same("Map the "), removed("perimeter"), added("edge"), same(" of a fire")],
        [same("Project")],
    ]


def test_a_column_that_came_with_the_form_is_added_in_every_row():
    old = Table({"outcome": "Outcome"}, [{"outcome": "Read"}])
    new = Table(COLUMNS, [{"outcome": "Read", "how": "Quiz"}])
    columns, rows = table(old, new)
    assert [(column.id, column.kind) for column in columns] == [("outcome", SAME), ("how", ADDED)]
    assert [(row.kind, row.cells) for row in rows] == [("changed", [[same("Read")], [added("Quiz")]])]


def test_large_tables_are_matched_by_place_where_likeness_would_cost_too_much():
    old = Table(COLUMNS, [{"outcome": f"Old {n}", "how": "Quiz"} for n in range(200)])
    new = Table(COLUMNS, [{"outcome": f"New {n}", "how": "Quiz"} for n in range(201)])
    rows = table(old, new)[1]
    assert [row.kind for row in rows] == ["changed"] * 200 + [ADDED]


# --- documents ------------------------------------------------------------------------------------
def form(*sections, id="proposal", title="Proposal"):
    return Form.model_validate({"id": id, "title": title, "sections": list(sections)})


def section(id, *fields, title=None):
    return {"id": id, "title": title or id.capitalize(), "fields": list(fields)}


def question(id, label=None, kind="text", **more):
    return {"id": id, "label": label or id.capitalize(), "kind": kind, **more}


def choices(*values):
    return [{"value": value, "label": value.capitalize()} for value in values]


def states(old, new):
    """{path: state} of what differs."""
    return {item.path: item.state for part in compare(old, new) for item in part.items if item.changed}


WHOLE = form(
    section(
        "idea",
        question("title"),
        question("why", kind="longtext"),
        question("mode", kind="choice", choices=choices("online", "campus")),
        question("who", kind="choices", choices=choices("staff", "students")),
        question("open", kind="boolean"),
        question("weeks", kind="integer"),
        question("files", kind="files"),
        question("steps", kind="rows", columns=[{"id": "what", "label": "What"}]),
    )
)
ANSWERS = {
    "idea": {
        "title": "Fire data",
        "why": "Fires grow. People must plan.",
        "mode": "online",
        "who": ["staff"],
        "open": False,
        "weeks": 6,
        "steps": [{"what": "Read"}],
    }
}
FILES = [{"id": "f1", "name": "plan.pdf", "sha256": "aa", "field": "idea.files"}]


def test_the_same_document_differs_in_nothing():
    version = Version(WHOLE, ANSWERS, FILES, proposers=[("p1", "Demo proposer")])
    sections = compare(version, version)
    assert counted(sections) == 0
    assert [part.id for part in sections] == ["proposers", "idea"]
    assert [item.shape for item in sections[1].items] == ["text"] * 3 + ["list"] + ["text"] * 2 + [
        "files",
        "table",
    ]


def test_each_kind_of_answer_is_compared_in_its_own_way():
    later = {
        "idea": {
            "title": "Fire data",
            "why": "Fires grow. People should plan.",
            "mode": "campus",
            "who": ["students", "staff"],
            "open": True,
            "steps": [{"what": "Read"}, {"what": "Write"}],
        }
    }
    files = [{"id": "f2", "name": "plan.pdf", "sha256": "bb", "field": "idea.files"}]
    idea = compare(Version(WHOLE, ANSWERS, FILES), Version(WHOLE, later, files))[0]
    items = {item.path.removeprefix("idea."): item for item in idea.items}
    assert {name: item.state for name, item in items.items()} == {
        "title": "same",
        "why": "changed",
        "mode": "changed",
        "who": "changed",
        "open": "changed",
        "weeks": "emptied",
        "files": "changed",
        "steps": "changed",
    }
    assert items["why"].spans == [
        same("Fires grow. People "),
        removed("must"),
        added("should"),
        same(" plan."),
    ]
    assert items["mode"].spans == [removed("Online"), added("Campus")]
    assert [(e.text, e.kind) for e in items["who"].entries] == [("Students", ADDED), ("Staff", SAME)]
    assert items["open"].spans == [removed("No"), added("Yes")]
    assert [(e.text, e.kind, e.id) for e in items["files"].entries] == [
        ("plan.pdf", REMOVED, "f1"),
        ("plan.pdf", ADDED, "f2"),
    ]
    assert [row.kind for row in items["steps"].rows] == [SAME, ADDED]
    assert idea.changes == 7


def test_a_question_that_one_form_lacks_and_one_that_was_reworded():
    old = form(section("idea", question("title", "Title"), question("why", "Why now?")))
    new = form(
        section("idea", question("title", "Full title"), question("budget")),
        section("plan", question("when")),
    )
    answers = {"idea": {"title": "Fire data", "why": "It burns."}}
    later = {"idea": {"title": "Fire data", "budget": "None"}, "plan": {"when": "May"}}
    sections = compare(Version(old, answers), Version(new, later))
    assert [(part.id, part.kind) for part in sections] == [("idea", SAME), ("plan", ADDED)]
    found = {item.path: item for part in sections for item in part.items}
    assert [(path, item.state) for path, item in found.items()] == [
        ("idea.title", "reworded"),
        ("idea.why", "question_removed"),
        ("idea.budget", "question_added"),
        ("plan.when", "question_added"),
    ]
    assert found["idea.title"].label == [removed("Title"), added("Full title")]
    assert found["idea.why"].spans == [removed("It burns.")]
    assert found["idea.why"].label == [same("Why now?")]
    assert found["idea.budget"].spans == [added("None")]


def test_a_question_that_takes_another_kind_of_answer_is_another_question():
    old = form(section("idea", question("who", kind="longtext")))
    new = form(section("idea", question("who", kind="choices", choices=choices("staff"))))
    found = compare(Version(old, {"idea": {"who": "Staff"}}), Version(new, {"idea": {"who": ["staff"]}}))[
        0
    ].items
    assert [(item.path, item.shape, item.state) for item in found] == [
        ("idea.who", "text", "question_removed"),
        ("idea.who", "list", "question_added"),
    ]


def test_a_question_that_hangs_on_another_answer_is_there_only_where_it_was_asked():
    asked = form(
        section(
            "idea",
            question("credit", kind="choice", choices=choices("credit", "none")),
            question("points", kind="integer", when={"field": "idea.credit", "any_of": ["credit"]}),
        )
    )
    with_credit = Version(asked, {"idea": {"credit": "credit", "points": 3}})
    without_credit = Version(asked, {"idea": {"credit": "none"}})
    assert states(without_credit, with_credit) == {
        "idea.credit": "changed",
        "idea.points": "question_added",
    }
    assert [item.path for item in compare(without_credit, without_credit)[0].items] == ["idea.credit"]


def test_blanks_a_new_answer_and_a_rewritten_one_are_told_apart():
    def why(text):
        return Version(WHOLE, {"idea": {"why": text}} if text else {})

    long, other = " ".join(f"one{n}" for n in range(30)), " ".join(f"two{n}" for n in range(30))
    assert states(why("Fires grow."), why("Fires  grow.")) == {"idea.why": "spacing"}
    assert states(why(""), why("Fires grow.")) == {"idea.why": "answered"}
    assert states(why("Fires grow."), why("")) == {"idea.why": "emptied"}
    assert states(why(long), why(other)) == {"idea.why": "rewritten"}


def test_who_proposes_is_compared_too():
    old = Version(WHOLE, {}, proposers=[("p1", "Demo proposer"), ("p2", "Demo co-proposer")])
    new = dataclasses.replace(old, proposers=[("p1", "Demo proposer"), ("p3", "Demo dean")])
    people = compare(old, new)[0]
    assert [(entry.text, entry.kind) for entry in people.items[0].entries] == [
        ("Demo proposer", SAME),
        ("Demo co-proposer", REMOVED),
        ("Demo dean", ADDED),
    ]
    assert counted(compare(old, new)) == 1


def test_a_choice_reads_by_the_words_of_its_own_form():
    reworded = form(
        section("idea", question("mode", kind="choice", choices=[{"value": "online", "label": "Remote"}]))
    )
    plain = form(section("idea", question("mode", kind="choice", choices=choices("online"))))
    found = compare(*(Version(one, {"idea": {"mode": "online"}}) for one in (plain, reworded)))[0].items[0]
    assert found.spans == [removed("Online"), added("Remote")]


# --- as long as a document can be -------------------------------------------------------------------
def test_the_longest_documents_are_compared_within_bounds(monkeypatch):
    """Eight answers of 50,000 signs (50,000 words in all), and 200 rows: the worst texts that a document can hold."""
    made = []
    common, likeness = align.common, lists._likeness
    monkeypatch.setattr(align, "common", lambda x, y: made.append(len(x) * len(y)) or common(x, y))
    monkeypatch.setattr(lists, "_likeness", lambda old, new: made.append(1) or likeness(old, new))
    names = [f"text{n}" for n in range(8)]
    fields = [{"id": name, "label": name, "kind": "longtext"} for name in names]
    rows = {"id": "rows", "label": "Rows", "kind": "rows", "columns": [{"id": "name", "label": "Name"}]}
    part = {"id": "main", "title": "Main", "fields": [*fields, rows]}
    form = Form.model_validate({"id": "proposal", "title": "Proposal", "sections": [part]})

    def version(cycle):
        text = " ".join(f"w{n * n % cycle:06}" for n in range(6_250))  # few words, no sentence ends
        table = [{"name": f"{cycle} {n}"} for n in range(200)]
        return Version(form, {"main": {**dict.fromkeys(names, text), "rows": table}})

    sections = compare(version(7), version(11))
    assert counted(sections) == 9
    assert max(made) <= align.MOST_CELLS
    assert sum(made) <= 8 * 2 * align.MOST_CELLS
