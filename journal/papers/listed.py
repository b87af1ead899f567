"""Where papers are, as the API lists them: each with its kind, what it is in words, and its address on this site."""

from __future__ import annotations

from rest_framework import serializers

KINDS = ("revision", "red_line", "record", "letter", "minutes", "packet")
Listed = dict[str, str]


class PaperRow(serializers.Serializer[Listed]):
    """One PDF. Its address opens with the site's sign-in, for whoever finds it listed."""

    kind = serializers.ChoiceField(choices=KINDS)
    title = serializers.CharField(help_text="In words, such as “Revision 2”.")
    url = serializers.CharField(help_text="The path on this site.")


def listed(kind: str, title: str, url: str) -> Listed:
    """One of them."""
    return {"kind": kind, "title": title, "url": url}
