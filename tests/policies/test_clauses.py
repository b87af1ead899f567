"""Every clause of the source documents is in its pack, enforced or marked with what is still to come."""

import pytest

from policies.loader import packs

CUB = [f"CUB-{n}" for n in range(1, 21)]
CUD = [f"CUD-{n}" for n in range(1, 15)]
UM = [f"UM-{n}" for n in range(1, 32)]
STILL_TO_COME = {
    "cu_boulder": set(),
    "cu_denver": set(),
    "montana": set(),
    "florida_international": set(),
    "model": set(),
    "uc_riverside": set(),
}
PACKS = sorted(STILL_TO_COME)
KINDS = {  # by hand from the documents
    "criterion": {"CUD-1"},
    "guard": {"UM-2", "UM-4", "UM-6", "UM-10", "UM-14", "UM-25", "CUB-11", "CUB-18"},
    "form": {
        "UM-3",
        "UM-9",
        "UM-11",
        "UM-12",
        "UM-17",
        "UM-26",
        "UM-31",
        "CUB-1",
        "CUB-2",
        "CUB-5",
        "CUB-12",
        "CUD-2",
        "CUD-3",
    },
    "role": {"UM-18", "UM-30", "CUB-4", "CUB-19"},
    "route": {"UM-7", "UM-13", "UM-19", "CUB-6", "CUB-7", "CUB-8", "CUB-9", "CUB-10", "CUB-13"},
    "deadline": {"UM-1", "UM-15", "UM-16", "UM-20"},
    "record": {
        *("UM-5", "UM-8", "UM-27", "UM-29", "CUB-20"),
        *("CUD-6", "CUD-7", "CUD-9", "CUD-12", "CUD-13"),
    },
    "output": {
        *("UM-21", "UM-22", "UM-23", "UM-24", "UM-28"),
        *("CUB-3", "CUB-14", "CUB-15", "CUB-16", "CUB-17"),
        *("CUD-4", "CUD-5", "CUD-8", "CUD-10", "CUD-11", "CUD-14"),
    },
}


@pytest.mark.parametrize("slug,ids", [("cu_boulder", CUB), ("cu_denver", CUD), ("montana", UM)])
def test_every_clause_is_there_in_order(slug, ids):
    assert [clause.id for clause in packs()[slug].clauses] == ids


@pytest.mark.parametrize("slug", PACKS)
def test_marks_of_what_is_still_to_come(slug):
    assert {clause.id for clause in packs()[slug].clauses if clause.later} == STILL_TO_COME[slug]


def test_clauses_have_the_kinds_of_the_documents():
    found = {kind: set() for kind in KINDS}
    for slug in ("cu_boulder", "cu_denver", "montana"):
        for clause in packs()[slug].clauses:
            found[clause.kind].add(clause.id)
    assert found == KINDS


@pytest.mark.parametrize("slug", PACKS)
def test_every_clause_says_where_it_comes_from(slug):
    assert [clause.id for clause in packs()[slug].clauses if not clause.section] == []


@pytest.mark.parametrize("slug", PACKS)
def test_every_enforced_clause_is_named_by_what_enforces_it(slug):
    pack = packs()[slug]
    text = pack.model_dump_json(exclude={"clauses"})
    unnamed = [clause.id for clause in pack.clauses if not clause.later and f'"{clause.id}"' not in text]
    assert unnamed == []


@pytest.mark.clause("UM-29")
def test_montanas_particulars():
    policy = packs()["montana"].policy
    assert (policy.number, policy.approver) == ("201.67", "Faculty Senate")
    assert policy.adopted_on.isoformat() == "2020-04-23"
    assert [day.isoformat() for day in policy.revised_on] == ["2020-04-23"]
    assert policy.clause == "UM-29"
    assert [reference.split()[-1] for reference in policy.references] == [
        "203.30",
        "301.19",
        "304.1",
        "304.2",
        "309.1",
    ]


def test_packs_name_offices_and_no_people():
    """No personal address and no title of a person in any pack."""
    for pack in packs().values():
        text = pack.model_dump_json()
        assert "@" not in text
        assert not any(title in text for title in ("Dr.", "Prof.", "Mr.", "Ms."))
