"""What the demo proposes: the answers of each subject, form by form, from its file beside this module."""

from __future__ import annotations

import copy
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from django.core.files.base import ContentFile

if TYPE_CHECKING:
    from policies.engine import Answers

FOLDER = Path(__file__).parent / "subjects"
SYLLABUS = """
#set document(title: "{title}")
#set text(size: 11pt)
= {title}
Syllabus

== What you will be able to do
{outcomes}

== How it is assessed
{assessments}

== Workload
{workload}
"""


@cache
def _read(subject: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{subject}.toml").read_text())


def answers(subject: str, form: str) -> Answers:
    """The answers to one form; long texts without the line ends at their edges."""
    found = copy.deepcopy(_read(subject).get(form, {}))
    for fields in found.values():
        for name, value in fields.items():
            fields[name] = value.strip() if isinstance(value, str) else value
    return found


def syllabus(subject: str) -> ContentFile[bytes]:
    """A syllabus of one page, drawn from the subject's answers."""
    offering = answers(subject, "proposal")["offering"]
    rows = answers(subject, "proposal")["outcomes"]["outcomes"]
    source = SYLLABUS.format(
        title=offering["title"],
        outcomes="\n".join(f"- {row['outcome']}" for row in rows),
        assessments="\n".join(f"- {row['assessment']}" for row in rows),
        workload=offering["workload"],
    )
    pdf = typst.compile(source.encode())
    return ContentFile(pdf, name=f"Syllabus {offering['title']}.pdf")
