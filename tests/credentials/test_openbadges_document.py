"""The unsigned credential: what stands in it, and what is refused, with the member's name."""

import dataclasses
import datetime as dt
import hashlib
import json
import uuid
from decimal import Decimal

import pytest

from credentials.openbadges import document, rules
from credentials.openbadges.facts import Alignment, Evidence, Result
from tests.credentials.openbadges_examples import (
    ACHIEVEMENT_ID,
    DID,
    GRADE,
    ISSUER,
    LIST_URL,
    MAPPED_WELL,
    MAPPING,
    ORIGIN,
    PLAIN,
    RICH,
    full_award,
    minimal_award,
)


def build(achievement=RICH, **changes):
    return document.build(ISSUER, achievement, full_award(**changes))


MINIMAL = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://badges.example.org/awards/6f7a3cf0-6a0a-4c7b-9a27-0d3bb0d63d7e",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {
        "id": DID,
        "type": ["Profile"],
        "name": "Model University",
        "url": "https://model.example",
        "description": "A university that exists on paper.",
        "email": "badges@model.example",
        "image": {"id": f"{ORIGIN}/static/model.png", "type": "Image"},
    },
    "name": "Reading fire data",
    "validFrom": "2026-01-05T12:00:00Z",
    "credentialSubject": {
        "id": "urn:uuid:1c1b0f0e-0000-4000-8000-000000000000",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": ACHIEVEMENT_ID,
            "type": ["Achievement"],
            "name": "Reading fire data",
            "description": "Reads and explains data of wildland fires.",
            "criteria": {"narrative": "Explain three data sets."},
            "achievementType": "Badge",
            "inLanguage": "en",
        },
    },
    "credentialStatus": {
        "id": f"{LIST_URL}#94568",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94568",
        "statusListCredential": LIST_URL,
    },
}


def test_a_minimal_credential_holds_what_it_must():
    award = minimal_award(
        uuid=uuid.UUID("6f7a3cf0-6a0a-4c7b-9a27-0d3bb0d63d7e"),
        subject_id="urn:uuid:1c1b0f0e-0000-4000-8000-000000000000",
    )
    assert document.build(ISSUER, PLAIN, award) == MINIMAL


def test_a_holder_gets_an_address_that_is_not_the_awards():
    award = minimal_award()
    found = document.build(ISSUER, PLAIN, award)["credentialSubject"]["id"]
    assert uuid.UUID(found.removeprefix("urn:uuid:")) != award.uuid


def test_evidence_dates_and_policy_stand_in_the_credential():
    found = build()
    assert (found["validUntil"], found["awardedDate"]) == ("2029-01-05T12:00:00Z", "2026-01-04T08:00:00Z")
    assert found["evidence"] == [
        {
            "type": ["Evidence"],
            "name": "Map",
            "narrative": "Drew map 2.",
            "genre": "Map",
            "audience": "Crews",
        },
        {
            "id": "https://work.example/2?a=1&b=2",
            "type": ["Evidence"],
            "name": "Report",
            "description": "Ten pages",
        },
    ]
    assert found["termsOfUse"] == [
        {
            "id": f"{ORIGIN}/policies/model/2/",
            "type": "http://purl.org/dc/terms/Policy",
            "name": "Micro-credential policy MC-1, revision 2",
        }
    ]


def test_the_holder_stands_in_it_as_a_salted_hash_and_a_name():
    salted = hashlib.sha256(b"learner2@model.examplesalt-2").hexdigest()
    assert build()["credentialSubject"]["identifier"] == [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": f"sha256${salted}",
            "identityType": "emailAddress",
            "salt": "salt-2",
        },
        {"type": "IdentityObject", "hashed": False, "identityHash": "Demo learner 2", "identityType": "name"},
    ]


def test_what_the_holder_did_and_reached_stands_in_the_subject():
    subject = build()["credentialSubject"]
    aligned = {
        "type": ["Alignment"],
        "targetName": "cartography",
        "targetUrl": "http://data.europa.eu/esco/skill/3",
    }
    assert subject["result"] == [
        {"type": ["Result"], "resultDescription": GRADE, "value": "A", "status": "Completed"},
        {
            "type": ["Result"],
            "resultDescription": MAPPING,
            "achievedLevel": MAPPED_WELL,
            "alignment": [aligned],
        },
    ]
    assert {name: subject[name] for name in ("activityStartDate", "activityEndDate", "creditsEarned")} == {
        "activityStartDate": "2025-09-01T00:00:00Z",
        "activityEndDate": "2025-12-12T00:00:00Z",
        "creditsEarned": 1.25,
    }
    assert (subject["role"], subject["term"], subject["licenseNumber"]) == (
        "Participant",
        "Autumn 2025",
        "L-2",
    )


def test_an_achievement_says_all_of_it():
    achievement = build()["credentialSubject"]["achievement"]
    assert achievement["criteria"] == {
        "id": f"{ORIGIN}/catalogue/fire-data/#criteria",
        "narrative": "Explain *three* data sets.\n\nDraw one map.",
    }
    assert achievement["image"] == {
        "id": f"{ORIGIN}/media/fire-data.png",
        "type": "Image",
        "caption": "A flame over a grid",
    }
    assert achievement["alignment"][0] == {
        "type": ["Alignment"],
        "targetName": "geographic information systems",
        "targetUrl": "http://data.europa.eu/esco/skill/1",
        "targetFramework": "ESCO",
        "targetCode": "S5.5.1",
        "targetDescription": "Work with spatial data.",
        "targetType": "ceasn:Competency",
    }
    assert achievement["resultDescription"][0] == {
        "id": GRADE,
        "type": ["ResultDescription"],
        "name": "Grade",
        "resultType": "LetterGrade",
        "requiredValue": "B",
        "allowedValue": ["C", "B", "A"],
    }
    assert achievement["resultDescription"][1]["rubricCriterionLevel"][1] == {
        "id": MAPPED_WELL,
        "type": ["RubricCriterionLevel"],
        "name": "Good",
        "description": "Reads a map.",
        "level": "2",
        "points": "2",
    }
    assert achievement["related"] == [{"id": f"{ORIGIN}/achievements/fire-data-1", "type": ["Related"]}]
    assert achievement["creditsAvailable"] == 3
    assert achievement["tag"] == ["fire", "données", "🔥"]


def test_times_are_utc_whole_seconds():
    zone = dt.timezone(dt.timedelta(hours=-7))
    found = build(valid_from=dt.datetime(2026, 1, 5, 18, 30, 15, 999_999, tzinfo=zone))
    assert found["validFrom"] == "2026-01-06T01:30:15Z"


@pytest.mark.parametrize(
    ("given", "written"),
    [(3, "3"), (3.0, "3"), (Decimal("3.00"), "3"), (Decimal("1.25"), "1.25"), (0.5, "0.5"), (0, "0")],
)
def test_credits_are_written_in_their_shortest_form(given, written):
    assert json.dumps(build(credits_earned=given)["credentialSubject"]["creditsEarned"]) == written


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"narrative": "a\x07b"}, r"credentialSubject\.narrative: holds the character U\+0007"),
        ({"narrative": "a\x7f"}, r"credentialSubject\.narrative: holds the character U\+007F"),
        ({"narrative": "\ud83d"}, r"credentialSubject\.narrative: holds the character U\+D83D"),
        ({"evidence": (Evidence(name="\x00"),)}, r"evidence\[0\]\.name: holds the character U\+0000"),
        ({"evidence": (Evidence(url="file:///etc"),)}, r"evidence\[0\]\.id: 'file:///etc' is not an address"),
        ({"evidence": (Evidence(url="https://a b"),)}, r"evidence\[0\]\.id: .* is not an address"),
        ({"evidence": (Evidence(url=DID),)}, r"evidence\[0\]\.id: .* is described twice"),
        ({"evidence": (Evidence(url="https://x.example"),) * 2}, r"evidence\[1\]\.id: .* is described twice"),
        ({"credits_earned": 0.1}, "credits_earned: 0.1 is not a whole number or a multiple of 0.25"),
        ({"credits_earned": -1}, "credits_earned: -1 is not"),
        ({"credits_earned": float("nan")}, "credits_earned: nan is not"),
        ({"credits_earned": Decimal("Infinity")}, "credits_earned: Infinity is not"),
        ({"valid_from": dt.datetime(2026, 1, 1)}, "valid_from: the time has no time zone"),
        ({"valid_until": dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)}, "valid_until: is not after valid_from"),
        ({"recipient_salt": ""}, "recipient_salt: an unsalted hash"),
        ({"results": (Result(description_id="https://x.example"),)}, "the achievement describes no result"),
        ({"results": (Result(status="Done"),)}, "result status: 'Done' is not one of Completed, Enrolled"),
        ({"status_index": -1}, "status_index: -1 is outside"),
        ({"subject_id": "someone"}, r"credentialSubject\.id: 'someone' is not an address"),
    ],
)
def test_a_bad_award_is_refused_with_its_member(changes, message):
    with pytest.raises(ValueError, match=message):
        build(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"criteria_narrative": "", "criteria_id": ""}, "criteria: neither a narrative nor an address"),
        ({"name": " "}, "name: is empty"),
        ({"description": ""}, "description: is empty"),
        ({"description": "\x1b"}, r"achievement\.description: holds the character U\+001B"),
        ({"achievement_type": "Medal"}, "achievement_type: 'Medal' is not one of"),
        ({"language": "english"}, "language: 'english' is not written as"),
        ({"credits_available": 1.1}, "credits_available: 1.1 is not"),
        ({"image_url": f"{ORIGIN}/static/model.png"}, r"achievement\.image\.id: .* is described twice"),
        ({"alignments": (Alignment(name="x", url="no"),)}, "alignment url: 'no' is not an address"),
        ({"alignments": (Alignment(name="", url="https://x.example"),)}, "alignment name: is empty"),
        ({"tags": ("\uff46ire", "\U0001f525")}, "tags: .* hold characters that verifiers sort differently"),
        ({"policy_url": ACHIEVEMENT_ID}, r"termsOfUse\.id: .* is described twice"),
    ],
)
def test_a_bad_achievement_is_refused_with_its_member(changes, message):
    with pytest.raises(ValueError, match=message):
        build(dataclasses.replace(RICH, **changes))


def test_an_extension_of_a_word_list_is_taken():
    achievement = dataclasses.replace(RICH, achievement_type="ext:MicroCertificate", language="zh-Hans-CN")
    assert build(achievement)["credentialSubject"]["achievement"]["achievementType"] == "ext:MicroCertificate"


def test_equal_alignments_and_tags_stand_once():
    twice = dataclasses.replace(RICH, alignments=RICH.alignments * 2, tags=("a", "a", ""))
    achievement = build(twice)["credentialSubject"]["achievement"]
    assert (len(achievement["alignment"]), achievement["tag"]) == (2, ["a"])


def test_two_awards_cannot_be_joined_by_their_holder():
    ids = {build(uuid=uuid.UUID(int=n))["credentialSubject"]["id"] for n in range(1, 20)}
    assert len(ids) == 19


def test_an_address_is_hashed_in_lower_case_with_its_salt():
    # sha256 of "a@b.examplesalt"
    expected = "sha256$" + hashlib.sha256(b"a@b.examplesalt").hexdigest()
    assert document.identity_hash(" A@B.Example ", "salt") == expected


def test_nulls_and_empty_values_are_refused_where_they_slip_in():
    for value in (None, [], {}):
        with pytest.raises(ValueError, match="image: is"):
            rules.check({"image": value})


def test_signed_bytes_are_compact_utf8():
    assert document.to_bytes({"b": "é", "a": [1, 2.5]}) == '{"b":"é","a":[1,2.5]}'.encode()
