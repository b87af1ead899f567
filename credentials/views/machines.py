"""Answers for programs: open to every origin, kept for a minute at most, refusals in one shape."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

LD_JSON = "application/ld+json"
MINUTE = 60  # seconds; a revocation is seen everywhere within it


def answer(
    body: Any, content_type: str = "application/json", *, status: int = 200, seconds: int = MINUTE
) -> HttpResponse:
    """`body` is text or bytes as they are stored, or a value to write as JSON. 0 seconds: nobody keeps it."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    response = HttpResponse(content, content_type=content_type, status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds}" if seconds else "private, no-store"
    return response


def refusal(sentence: str, code: int, **more: Any) -> HttpResponse:
    """Why there is no file, as the API says it; never kept."""
    return answer({"detail": sentence, "reasons": [], **more}, status=code, seconds=0)
