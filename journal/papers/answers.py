"""A paper as the answer to a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_page
from django.utils.cache import add_never_cache_headers

from journal.papers.rendering import PaperError, render

PDF = "application/pdf"


def answer(request: HttpRequest, data: Mapping[str, Any], name: str) -> HttpResponse:
    """The document as a download called `name`; a page with 503 that says why, when it cannot be set."""
    try:
        return download(render("document", data), name)
    except PaperError as error:
        return render_page(request, "journal/no_paper.html", {"why": str(error)}, status=503)


def download(pdf: bytes, name: str) -> HttpResponse:
    """A PDF to keep; never cached on the way, since who may read it can change."""
    answered = HttpResponse(pdf, content_type=PDF)
    answered["Content-Disposition"] = f'attachment; filename="{file_name(name)}"'
    answered["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(answered)
    return answered


def file_name(name: str) -> str:
    """A name for a file that every system takes: "minutes-2027-03-03.pdf"."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{plain[:80].strip('-') or 'paper'}.pdf"
