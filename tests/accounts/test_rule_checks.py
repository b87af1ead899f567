"""A policy file that differs from its adopted revision without a new number fails a system check."""

from django.core.checks import run_checks

from accounts import rule_checks
from policies.loader import PackError, packs
from policies.pack_errors import Problem
from policies.schema import Pack


def changed(slug, revision=None):
    """The packs, with one whose title was changed in the file."""
    data = packs()[slug].model_dump(mode="json")
    data["policy"]["title"] = "Changed behind everybody's back"
    data["policy"]["revision"] = revision or data["policy"]["revision"]
    return {**packs(), slug: Pack.model_validate(data)}


def messages():
    return [
        (m.id, m.msg) for m in run_checks(databases=["default"]) if m.id and m.id.startswith("accounts.E00")
    ]


def test_the_files_are_what_was_adopted(campus):
    campus("model")
    assert messages() == []


def test_a_changed_file_without_a_new_number_is_an_error(campus, monkeypatch):
    at = campus("model")
    monkeypatch.setattr(rule_checks, "packs", lambda: changed("model"))
    said = "The rules of {} differ from revision {} as it was adopted."
    revision = at.institution.policy.revision
    assert sorted(messages()) == sorted(
        ("accounts.E002", said.format(institution, revision))
        for institution in (at.institution, at.elsewhere)
    )


def test_a_new_number_is_a_new_revision(campus, monkeypatch):
    campus("model")
    monkeypatch.setattr(rule_checks, "packs", lambda: changed("model", revision="next"))
    assert messages() == []


def test_without_a_database_nothing_is_looked_at(campus):
    campus("model")
    assert rule_checks.adopted_rules(None) == []


def test_a_file_that_cannot_be_read_is_an_error(campus, monkeypatch):
    campus("model")

    def unusable():
        raise PackError("model.toml", [Problem(3, "policy.slug", "is missing")])

    monkeypatch.setattr(rule_checks, "packs", unusable)
    assert messages() == [
        ("accounts.E003", "A policy file cannot be used: model.toml, line 3, policy.slug: is missing")
    ]
