"""The envelope of Credly's answers."""

from typing import Any
from urllib.parse import urlencode

from issuance.sandbox.routing import Reply, Request, Row

PER_PAGE = 50


def wrap(data: Any) -> Row:
    """A single object."""
    return {"data": data, "metadata": {}}


def refuse(status: int, message: str, *, errors: list[Row] | None = None) -> Reply:
    """An error."""
    return Reply(
        status, {"data": {"message": message} | ({"errors": errors} if errors else {}), "metadata": None}
    )


def paged(request: Request, rows: list[Row]) -> Row:
    """One page of a list; the addresses of its neighbours are absolute and carry the query."""
    number = max(int(page) if (page := request.query.get("page", "1")).isdigit() else 1, 1)
    pages = max(-(-len(rows) // PER_PAGE), 1)
    part = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    return {
        "data": part,
        "metadata": {
            "count": len(part),
            "current_page": number,
            "total_count": len(rows),
            "total_pages": pages,
            "per": PER_PAGE,
            "previous_page_url": _address(request, number - 1) if number > 1 else None,
            "next_page_url": _address(request, number + 1) if number < pages else None,
        },
    }


def _address(request: Request, page: int) -> str:
    return f"{request.public_url}{request.path}?{urlencode({**request.query, 'page': page})}"
