"""Contexts: pinned files, and nothing in a document that they do not define."""

import pytest

from credentials.openbadges import contexts, document, rdf
from tests.credentials.openbadges_examples import ISSUER, RICH, full_award


def build():
    return document.build(ISSUER, RICH, full_award())


def test_every_member_is_defined_by_a_context():
    assert rdf.canonical(build())  # strict: raises for a member that would be dropped


def test_an_undefined_member_or_type_is_refused():
    with pytest.raises(rdf.RdfError, match="no context defines"):
        rdf.canonical(build() | {"colour": "red"})
    with pytest.raises(rdf.RdfError, match="no context defines 'Medal'"):
        rdf.canonical(build() | {"type": ["VerifiableCredential", "OpenBadgeCredential", "Medal"]})


def test_a_context_that_is_not_bundled_is_refused():
    with pytest.raises(contexts.ContextError, match="is not one of the contexts known here"):
        contexts.load("https://example.org/context.json")


def test_every_bundled_context_is_the_pinned_one():
    assert all(contexts.load(url)["@context"] for url in contexts.FILES)


def test_a_context_file_of_other_content_is_refused(monkeypatch, tmp_path):
    (tmp_path / "credentials-v2.json").write_text('{"@context": {}}')
    monkeypatch.setattr(contexts, "folder", lambda: tmp_path)
    with pytest.raises(contexts.ContextError, match="is not the one that was pinned"):
        contexts.load.__wrapped__(contexts.CREDENTIALS_V2)
