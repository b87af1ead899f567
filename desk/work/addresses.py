"""Addresses of pages that another part of the product brings; "" where it does not."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def address(name: str, *arguments: object) -> str:
    """The address of a named page, or "" when there is none of that name."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
