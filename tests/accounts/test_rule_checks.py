"""A policy file that differs from its adopted revision without a new number fails a system check; a broken one is told."""

from django.core.checks import WARNING, run_checks
from django.db.migrations.recorder import MigrationRecorder

from accounts import rule_checks
from policies.loader import packs
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
    revision, elsewhere = at.institution.policy.revision, at.elsewhere
    assert sorted(messages()) == sorted(
        ("accounts.E002", said.format(institution, revision)) for institution in (at.institution, elsewhere)
    )


def test_tables_of_an_earlier_release_are_not_read(campus, monkeypatch):
    campus("model")
    monkeypatch.setattr(rule_checks, "packs", lambda: changed("model"))
    assert messages() != []
    MigrationRecorder.Migration.objects.filter(app="accounts").latest("applied").delete()
    assert messages() == []


def test_a_new_number_is_a_new_revision(campus, monkeypatch):
    campus("model")
    monkeypatch.setattr(rule_checks, "packs", lambda: changed("model", revision="next"))
    assert messages() == []


def test_without_a_database_nothing_is_looked_at(campus):
    campus("model")
    assert rule_checks.adopted_rules(None) == []


def test_a_broken_file_is_told_and_stops_nothing(tmp_path, monkeypatch):
    (tmp_path / "draft.toml").write_text("[policy]\nslug = 3\n")
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path))
    found = [m for m in run_checks() if m.id == "accounts.W001"]
    assert [(m.level, m.hint) for m in found] == [
        (WARNING, "`manage.py check_policy FILE` says everything that is wrong with a file.")
    ]
    assert found[0].msg.startswith("A policy cannot be used: draft.toml, line 1, ")
    assert "draft.toml, line 2, policy.slug: must be text in quotation marks" in found[0].msg


def test_a_folder_that_does_not_exist_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path / "nowhere"))
    said = f"A policy cannot be used: {tmp_path}/nowhere: IMPRIMATUR_POLICY_DIR names no folder"
    assert [m.msg for m in run_checks() if m.id == "accounts.W001"] == [said]


def test_what_ships_can_be_used():
    assert [m for m in run_checks() if m.id == "accounts.W001"] == []
