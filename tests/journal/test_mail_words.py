"""Mail carries a link, never what was said: no template shows a note, a comment, a reason or an answer."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "mail"
CONFIDENTIAL = re.compile(r"\b(note|comment|remark|answers?|document|statement|vote|choice|reason)\b")
SHOWN = re.compile(r"\{\{(.*?)\}\}")


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_mail_shows_what_was_said(path):
    shown = SHOWN.findall(path.read_text(encoding="utf-8"))
    assert [one for one in shown if CONFIDENTIAL.search(one)] == []
