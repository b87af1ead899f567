"""Clauses that a sentence names in brackets become links to their words: `{% load clauses %}`."""

from __future__ import annotations

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

NAMED = re.compile(r"\(([A-Z]+-\d+)\)")


@register.simple_tag(takes_context=True)
def told(context: template.Context, text: object) -> SafeString | str:
    """The sentence, "(UM-4)" in it as a link to the clause; as it is where the page belongs to no campus.

    On a proposal's page the clause is that of the revision it is under, elsewhere that of the one in force.
    """
    said, address = str(text), _rules(context)
    named = NAMED.search(said)
    if named is None or not address:
        return said
    clause = named.group(1)
    before, after = said[: named.start()], said[named.end() :]
    return format_html('{}(<a href="{}#{}">{}</a>){}', before, address, clause, clause, after)


def _rules(context: template.Context) -> str:
    """The page of the policy that the page is about; "" where there is none."""
    policy = getattr(context.get("proposal"), "policy", None)
    if policy is not None:
        return str(policy.get_absolute_url())
    slug = getattr(context.get("institution"), "slug", "")
    return f"/policies/{slug}/" if slug else ""
