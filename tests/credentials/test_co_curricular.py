"""The co-curricular transcript: for whom, with what; the paper, and the learner record that anybody can check."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from django.urls import reverse

from credentials.actions import suspension
from credentials.actions.awards import revoke
from credentials.actions.importing import RECORD, Brought, problems
from credentials.checking.anyone import check_any
from credentials.openbadges import rdf
from credentials.openbadges.verify import Answer
from journal import clock
from tests.credentials.support import award, definition, texts, with_image
from tests.factories import PersonFactory
from tests.papers import read
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def riverside(campus):
    return campus("uc_riverside")


@pytest.fixture
def holder():
    return PersonFactory(name="Demo learner", email="learner@learners.example")


def held(place, holder, *titles, **changes):
    return [award(with_image(definition(place, title=title), place), holder, **changes) for title in titles]


def path(slug, *awards, kind="jwt"):
    name = "co_curricular_signed" if kind == "jwt" else "co_curricular_paper"
    return f"{reverse(name, args=[slug])}?{'&'.join(f'award={one.pk}' for one in awards)}"


def token_of(place, holder, *awards):
    answer = site_for(holder).get(path(place.institution.slug, *awards))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    return answer.content.decode()


def said_in(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def answers(source, email=""):
    return {
        check.key: (check.answer, check.sentence) for check in check_any(source, clock.now(), email).checks
    }


@pytest.mark.clause("UCR-8", "MU-26")
def test_signed_record_holds_the_chosen_badges_and_verifies_by_the_published_key(riverside, holder):
    one, two = held(riverside, holder, "Mediation", "Listening")
    token = token_of(riverside, holder, one)
    record = said_in(token)
    subject = record["credentialSubject"]
    assert record["type"] == ["VerifiableCredential", "ClrCredential"]
    assert (record["partial"], subject["type"]) == (True, ["ClrSubject"])
    assert subject["verifiableCredential"] == [one.credential]
    assert said_in(token_of(riverside, holder, one, two))["partial"] is False
    payload = {name: value for name, value in record.items() if name not in ("iss", "jti", "nbf", "sub")}
    assert rdf.canonical(payload)  # strict: raises for a member that no context defines
    header, body, signature = token.split(".")
    kid = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    jwk = api_for(riverside.stranger).get("/" + kid.split("/", 3)[3]).json()
    number = {name: int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "==")) for name in ("n", "e")}
    key = rsa.RSAPublicNumbers(number["e"], number["n"]).public_key()
    key.verify(
        base64.urlsafe_b64decode(signature + "=="), f"{header}.{body}".encode(), padding.PKCS1v15(), SHA256()
    )


@pytest.mark.clause("UCR-8")
def test_anybody_checks_the_record_and_each_badge_in_it(riverside, holder):
    one, two = held(riverside, holder, "Mediation", "Listening")
    token = token_of(riverside, holder)
    found = answers(token, holder.email)
    assert {key: answer for key, (answer, _) in found.items()} == dict.fromkeys(
        ("document", "issuer", "signature", "dates", "status", "members", "recipient"), Answer.YES
    )
    assert found["document"][1] == "This is a Comprehensive Learner Record 2.0 with 2 credentials."
    assert answers(token, "other@learners.example")["recipient"][0] is Answer.NO
    page = texts(site_for(riverside.stranger).post(reverse("verify_any"), {"text": token}))
    assert "Are the badges in it in order?" in page
    assert "Mediation; Listening" in page or "Listening; Mediation" in page  # awarded in one second
    suspension.suspend(award=one, reason="Looked into", by=riverside.programme_manager)
    assert answers(token)["members"][1].startswith("1 of 2 not in order: “Mediation”:")
    suspension.reinstate(award=one, by=riverside.programme_manager)
    revoke(award=two, reason="Mistake", by=riverside.programme_manager)
    assert answers(token)["members"] == (
        Answer.NO,
        "1 of 2 not in order: “Listening”: Its issuer has revoked it. It must not be relied on.",
    )


def test_record_that_was_changed_is_told(riverside, holder):
    held(riverside, holder, "Mediation")
    header, body, signature = token_of(riverside, holder).split(".")
    record = said_in(f"{header}.{body}.")
    record["name"] = "Diploma"
    forged = base64.urlsafe_b64encode(json.dumps(record).encode()).decode().rstrip("=")
    assert answers(f"{header}.{forged}.{signature}")["signature"][0] is Answer.NO
    unsigned = {key: value for key, value in record.items() if key not in ("iss", "jti", "nbf", "sub")}
    assert answers(json.dumps(unsigned))["signature"][0] is not Answer.YES
    for wrong in (
        unsigned | {"credentialSubject": {"type": ["ClrSubject"]}},
        unsigned | {"credentialSubject": 5},
        unsigned | {"validFrom": "soon"},
        unsigned | {"issuer": None},
    ):
        assert answers(json.dumps(wrong))["document"][0] is Answer.NO


@pytest.mark.clause("UCR-8")
def test_paper_names_holder_campus_badges_and_that_it_is_no_academic_transcript(riverside, holder):
    one, _two = held(riverside, holder, "Mediation", "Listening")
    answer = site_for(holder).get(path(riverside.institution.slug, one, kind="pdf"))
    assert answer["Content-Type"] == "application/pdf"
    sheet = read(answer)
    assert sheet.is_accessible
    said = sheet.text
    for text in (
        "Co-curricular transcript of Demo learner",
        "Mediation",
        "UCR-8",
        "not the academic transcript",
    ):
        assert text in said, text
    assert "Listening" not in said


@pytest.mark.clause("UCR-8")
def test_only_what_is_accepted_in_force_and_ones_own_is_offered(riverside, holder, campus):
    good, hanging, revoked = held(riverside, holder, "Good", "Hanging", "Revoked")
    waiting = award(with_image(definition(riverside, title="Waiting"), riverside), holder, accepted=False)
    revoke(award=revoked, reason="Mistake", by=riverside.programme_manager)
    suspension.suspend(award=hanging, reason="Looked into", by=riverside.programme_manager)
    (others,) = held(riverside, PersonFactory(), "Good of another")
    boulder = campus("cu_boulder")
    (elsewhere,) = held(boulder, holder, "At Boulder")
    site = site_for(holder)
    page = site.get(reverse("co_curricular"))
    assert [[one.pk for one in part["awards"]] for part in page.context["parts"]] == [[good.pk]]
    assert reverse("co_curricular") in site.get(reverse("wallet")).content.decode()
    slug = riverside.institution.slug
    for wrong in (waiting, revoked, hanging, others):
        assert site.get(path(slug, wrong)).status_code == 404
    assert site.get(path(boulder.institution.slug, elsewhere)).status_code == 404
    assert site.get(f"{reverse('co_curricular_signed', args=[slug])}?award=x").status_code == 404
    stranger = site_for(PersonFactory())
    assert stranger.get(path(slug, good)).status_code == 404
    assert "Nothing to put on it yet" in texts(stranger.get(reverse("co_curricular")))
    assert reverse("co_curricular") not in stranger.get(reverse("wallet")).content.decode()


def test_record_is_not_kept_as_one_badge_from_elsewhere(riverside, holder):
    held(riverside, holder, "Mediation")
    token = token_of(riverside, holder)
    brought = Brought(
        token.encode(), check_any(token, clock.now(), holder.email), [], "A record", "Riverside"
    )
    assert [reason.text for reason in problems(brought, holder.email)] == [RECORD]
