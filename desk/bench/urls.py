"""The product's addresses and two bare views: one query and an answer of a given size, through the same middleware."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from accounts.models import Institution


@login_not_required
def bare_json(request: HttpRequest, size: int) -> HttpResponse:
    """One query, `size` bytes of JSON."""
    name = Institution.objects.values_list("name", flat=True)[0]
    return HttpResponse(
        json.dumps({"name": name, "filler": "x" * max(size - 60, 0)}), content_type="application/json"
    )


@login_not_required
def bare_html(request: HttpRequest, size: int) -> HttpResponse:
    """One query, a small template, about `size` bytes of HTML."""
    name = Institution.objects.values_list("name", flat=True)[0]
    return render(request, "desk/bench.html", {"name": name, "filler": "x" * max(size - 120, 0)})


urlpatterns = [
    path("bench/json/<int:size>/", bare_json),
    path("bench/html/<int:size>/", bare_html),
    path("", include("config.urls")),
]
