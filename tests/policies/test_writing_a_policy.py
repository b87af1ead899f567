"""The guide for authors says what the schema says: every table, every key, what is needed, and a whole example."""

import datetime as dt
import re
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from policies import pack_warnings
from policies.loader import parse
from policies.schema import Fraction, Pack, Section
from reviews import feasible

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "writing-a-policy.md"
TEXT = GUIDE.read_text(encoding="utf-8")
HEADING = re.compile(r"^### [^`\n]*(?:`\[{0,2}([a-z_.]+)\]{0,2}`)?$", re.M)
ROW = re.compile(r"^\| `([a-z_]+)` \| (.*?) \| (.*?) \| (.*) \|$", re.M)
BY_READING = {Section: {"same_as", "without"}}  # what the file may say instead of fields


def model_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := model_in(one))), None)


def models(model=Pack, path="", found=None):
    """Every model of the schema by the first place in which it stands."""
    found = {} if found is None else found
    if model not in found.values():
        found[path] = model
        for name, field in model.model_fields.items():
            inner = model_in(field.annotation)
            if inner:
                models(inner, f"{path}.{name}".lstrip("."), found)
    return found


def sections():
    """The guide's tables: by the place that the heading names, {key: (what to write, if left out, meaning)}."""
    reference = TEXT[TEXT.index("## 8.") :]
    starts = [*HEADING.finditer(reference)]
    ends = [*(found.start() for found in starts[1:]), len(reference)]
    return {
        found.group(1) or "": {row[0]: row[1:] for row in ROW.findall(reference[found.start() : end])}
        for found, end in zip(starts, ends, strict=True)
    }


MODELS, SECTIONS = models(), sections()


def test_every_table_of_the_schema_has_its_section_and_there_is_no_other():
    assert list(SECTIONS) == list(MODELS)


@pytest.mark.parametrize("path", MODELS)
def test_every_key_is_explained_and_no_other(path):
    model = MODELS[path]
    wanted = {*model.model_fields, *BY_READING.get(model, ())}
    assert set(SECTIONS[path]) == wanted


@pytest.mark.parametrize("path", MODELS)
def test_what_is_needed_and_what_holds_if_a_key_is_left_out(path):
    found = {name: row[1] for name, row in SECTIONS[path].items()}
    for name, field in MODELS[path].model_fields.items():
        assert found[name] == left_out(field), f"{path}.{name}"


def left_out(field):
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool | int):
        return f"`{str(value).lower()}`"
    if isinstance(value, Fraction):
        return "more than half"
    if not value or isinstance(value, BaseModel):
        return "–"
    return f"`{value}`".replace("'", '"') if isinstance(value, list) else f'`"{value}"`'


@pytest.mark.parametrize("path", MODELS)
def test_every_value_that_is_allowed_is_named(path):
    for name, field in MODELS[path].model_fields.items():
        said = SECTIONS[path][name][0]
        for value in allowed(field.annotation):
            assert f"`{value}`" in said, f"{path}.{name}"
        if field.annotation is dt.date:
            assert said == "date"
        if field.annotation is int:
            assert said == "whole number"


def allowed(annotation):
    """The values of a closed list, wherever it stands in the annotation; `type` is a name of a condition's field."""
    if get_origin(annotation) is Literal:
        return [value for value in get_args(annotation) if value != "type"]
    return [value for one in get_args(annotation) for value in allowed(one)]


def test_every_meaning_is_a_sentence():
    for path, rows in SECTIONS.items():
        for name, (_, _, meaning) in rows.items():
            assert meaning[0].isupper() or meaning[0] == "`", f"{path}.{name}"
            assert meaning.endswith((".", ":", "”.", "`.")), f"{path}.{name}"


def test_the_example_can_be_used_as_it_stands():
    blocks = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.M | re.S)
    assert len(blocks) == 1
    pack = parse(blocks[0], "writing-a-policy.md")
    assert pack.policy.institution == "Example College"
    assert [*pack_warnings.warnings(pack), *feasible.warnings(pack)] == []


def test_commands_and_links_of_the_guide_exist():
    commands = set(re.findall(r"manage\.py ([a-z_]+)", TEXT)) - {"createsuperuser", "check"}
    root = GUIDE.parents[1]
    assert [name for name in commands if not (root / f"desk/management/commands/{name}.py").exists()] == []
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
    anchors = re.findall(r"\]\(#([^)]+)\)", TEXT)
    heads = [
        re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-")
        for head in re.findall(r"^## (.*)$", TEXT, re.M)
    ]
    assert anchors == heads
