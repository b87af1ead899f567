"""The policy folders: those that are named, what is wrong in them, and that it stops nothing else."""

import os
from pathlib import Path

import pytest

from policies.loader import SHIPPED, library, packs
from tests.policies.examples import SMALL

BROKEN = SMALL.replace('slug = "small"', 'slug = "broken"').replace('approver = "Senate"', "approver = 5")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one's own, named in the environment."""
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path))
    return tmp_path


def small(slug):
    return SMALL.replace('slug = "small"', f'slug = "{slug}"')


def shipped():
    return {path.stem for path in SHIPPED.glob("*.toml")}


def told():
    return [str(error) for error in library().broken]


def test_a_pack_of_ones_own_is_there_without_a_line_of_code(folder):
    (folder / "pack.toml").write_text(SMALL)
    assert set(packs()) == {*shipped(), "small"}
    assert library().paths["small"] == folder / "pack.toml"


def test_a_changed_file_is_read_again(folder):
    file = folder / "pack.toml"
    file.write_text(SMALL)
    assert packs()["small"].policy.institution == "Small College"
    file.write_text(SMALL.replace("Small College", "Smaller College"))
    assert packs()["small"].policy.institution == "Smaller College"
    file.unlink()
    assert set(packs()) == shipped()


def test_two_folders(tmp_path, monkeypatch):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.toml").write_text(small(name))
    monkeypatch.setenv(
        "IMPRIMATUR_POLICY_DIR", os.pathsep.join([str(tmp_path / "first"), "", str(tmp_path / "second")])
    )
    assert set(packs()) == {*shipped(), "first", "second"}
    assert told() == []


def test_a_folder_named_twice_and_the_one_that_ships_count_once(folder, monkeypatch):
    (folder / "pack.toml").write_text(SMALL)
    monkeypatch.setenv(
        "IMPRIMATUR_POLICY_DIR", os.pathsep.join([str(folder), f"{folder}/../{folder.name}", str(SHIPPED)])
    )
    assert set(packs()) == {*shipped(), "small"}
    assert told() == []


def test_a_folder_that_does_not_exist_is_told_and_the_others_are_read(tmp_path, monkeypatch):
    (tmp_path / "pack.toml").write_text(SMALL)
    nowhere = tmp_path / "nowhere"
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", os.pathsep.join([str(nowhere), str(tmp_path)]))
    assert set(packs()) == {*shipped(), "small"}
    assert told() == [f"{nowhere}: IMPRIMATUR_POLICY_DIR names no folder"]


def test_a_broken_pack_stops_no_good_one(folder):
    (folder / "a_broken.toml").write_text(BROKEN)
    (folder / "good.toml").write_text(SMALL)
    assert set(packs()) == {*shipped(), "small"}
    assert told() == ["a_broken.toml, line 7, policy.approver: must be text in quotation marks"]


def test_a_slug_that_an_earlier_file_has_is_refused(folder):
    (folder / "a.toml").write_text(SMALL)
    (folder / "b.toml").write_text(SMALL.replace("Small College", "Other College"))
    (folder / "mine.toml").write_text(small("model"))
    assert packs()["small"].policy.institution == "Small College"
    assert packs()["model"].policy.institution == "Model University"
    assert told() == [
        'b.toml, policy.slug: "small" is the slug of a.toml already: give this file another one',
        'mine.toml, policy.slug: "model" is the slug of model.toml already: give this file another one',
    ]


def test_what_is_no_file_of_ours_is_passed_over_or_told(folder):
    (folder / ".#pack.toml").write_text("an editor's own")
    (folder / "notes.txt").write_text("not a policy")
    (folder / "folder.toml").mkdir()
    (folder / "link.toml").symlink_to(folder / "nowhere")
    assert set(packs()) == shipped()
    assert told() == [
        "folder.toml: is a folder; a policy is a file",
        "link.toml: cannot be read: No such file or directory",
    ]


def test_a_folder_may_be_named_from_where_one_stands(folder, monkeypatch):
    (folder / "pack.toml").write_text(SMALL)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", ".")
    assert library().paths["small"] == Path(folder) / "pack.toml"
