"""Red-lined text in a template, every blank as it was typed: `{% load redline %}`, `{% red spans %}`."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from proposals.redline.texts import ADDED, REMOVED, SAME, SKIPPED, Span

register = template.Library()

# By line, colour and word: what is in <b> is heard and not seen.
MARKUP = {
    SAME: "{0}{1}",
    ADDED: "<ins><b>added: </b>{0}{1}<b>, end</b></ins>",
    REMOVED: "<del><b>removed: </b>{0}{1}<b>, end</b></del>",
    SKIPPED: "<i>{0}{1}</i>",
}


@register.simple_tag
def red(spans: Iterable[Span]) -> SafeString:
    """The text with what was added and removed; markup in it stays text."""
    pieces = ((format_html(MARKUP[span.kind], span.sign, span.text),) for span in spans)
    return format_html('<span class="redline__text">{}</span>', format_html_join("", "{}", pieces))
