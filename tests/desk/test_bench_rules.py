"""What the measurements of the rules measure: every pack, and documents that are answered in full."""

import json

import pytest

from desk.bench import rules
from policies.engine import Facts, checklist
from policies.loader import packs
from policies.schema import Form


def test_each_figure_is_one_line_with_its_limit():
    lines = [json.loads(figure.line()) for figure in rules.measure(1)]
    assert [(line["figure"], line["unit"], line["n"]) for line in lines] == [
        ("policy_load", "ms", 1),
        ("checklist", "ms", 1),
    ]
    assert all(line["value"] > 0 and line["limit"] > 0 and line["ratio"] > 0 for line in lines)


@pytest.mark.parametrize("slug", sorted(packs()))
def test_the_document_that_is_measured_leaves_no_question_open(slug):
    pack = packs()[slug]
    for form in pack.forms:
        answers = rules.full_answers(form)
        files = {path: ["file"] for path, field in form.fields_by_path().items() if field.kind == "files"}
        facts = Facts(form.min_proposers, next(k.id for k in pack.types if not k.refused), files)
        unmet = [line.reason for line in checklist(pack, form.id, answers, facts) if line.met is False]
        assert not [reason for reason in unmet if reason.startswith(("Fill in", "Choose", "Add", "Give"))]


def test_every_kind_of_question_is_answered():
    kinds = {
        "text": {"max_length": 20},
        "longtext": {"max_words": 40},
        "choice": {"choices": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]},
        "choices": {"choices": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}], "max_items": 1},
        "integer": {"maximum": 12},
        "decimal": {"minimum": 2.5},
        "boolean": {},
        "date": {},
        "url": {},
        "email": {},
        "files": {},
        "rows": {"columns": [{"id": "c", "label": "C"}], "max_items": 2},
    }
    fields = [{"id": kind, "label": kind, "kind": kind, **more} for kind, more in kinds.items()]
    form = Form.model_validate(
        {"id": "proposal", "title": "P", "sections": [{"id": "s", "title": "S", "fields": fields}]}
    )
    found = rules.full_answers(form)["s"]
    assert found["text"] == "word0 word1 word2 wo"
    assert len(found["longtext"].split()) == 40
    assert [len(row["c"].split()) for row in found.pop("rows")] == [12, 12]
    del found["text"], found["longtext"]
    assert found == {
        "choice": "a",
        "choices": ["a"],
        "integer": 12,
        "decimal": 2.5,
        "boolean": True,
        "date": "2026-08-31",
        "url": "https://example.org/",
        "email": "office@example.org",
    }
