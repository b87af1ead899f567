"""Questions and requests: sent when confirmed, in the office's queue, answered by mail, kept."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from journal.models import Entry, Mail, Notice
from outreach import personal
from outreach.actions import enquiries, registering
from outreach.models import Enquiry
from policies.reasons import Refused
from tests.credentials.support import nothing_written
from tests.outreach.support import last_link, plan
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
QUESTION = {
    "text": "May a workshop be a badge? <b>Really</b>",
    "name": "A visitor",
    "email": "v@elsewhere.example",
}


@pytest.fixture
def at(campus):
    return campus("cu_boulder")


def ask(at):
    address = reverse("resources", args=[at.institution.slug])
    answer = Client().post(address, QUESTION)
    assert (answer.status_code, b"Look in your mailbox" in answer.content) == (200, True)
    return Enquiry.objects.get()


@pytest.mark.clause("CUB-17")
def test_a_question_is_kept_answered_by_mail_and_can_be_put_on_the_page(at):
    question, manager = ask(at), site_for(at.programme_manager)
    queue = reverse("office_enquiries", args=[at.institution.slug])
    page = reverse("office_enquiry", args=[question.pk])
    assert "May a workshop" not in manager.get(queue).content.decode()  # not confirmed yet
    assert manager.get(page).status_code == 404
    link = last_link("enquiry_confirm")
    with nothing_written():
        assert b"Send it to the office" in Client().get(link).content
    Client().post(link)
    Client().post(link)
    assert Notice.objects.filter(person=at.programme_manager, kind="enquiry").count() == 1
    for where in (queue, "/admin/"):
        said = manager.get(where).content.decode()
        assert "May a workshop be a badge? &lt;b&gt;Really&lt;/b&gt;" in said
    assert manager.post(page, {"text": ""}).status_code == 409
    manager.post(page, {"text": "Yes, once it is approved.", "published": "on"})
    assert manager.post(page, {"text": "Again."}).status_code == 409
    mail = Mail.objects.get(kind="enquiry_answered")
    assert mail.to == "v@elsewhere.example" and "Yes, once it is approved." in mail.text
    assert "Yes, once it is approved." in Client().get(link).content.decode()
    public = Client().get(reverse("resources", args=[at.institution.slug])).content.decode()
    assert "Yes, once it is approved." in public and "&lt;b&gt;Really" in public
    assert "A visitor" not in public and "v@elsewhere" not in public
    assert "May a workshop" not in manager.get("/admin/").content.decode()
    acts = list(Entry.objects.filter(act__contains="question").values_list("act", flat=True))
    assert acts == ["question asked"]


@pytest.mark.clause("CUB-17")
def test_the_resources_are_those_of_the_policy(at):
    said = Client().get(reverse("resources", args=[at.institution.slug])).content.decode()
    for one in at.pack.outreach.resources:
        assert one.title in said and one.url in said


@pytest.mark.clause("CUB-16")
def test_a_unit_or_any_group_asks_for_a_session_and_gets_one(at):
    address = reverse("session_request", args=[at.institution.slug])
    site = site_for(at.proposer)
    given = {"wanted": "training", "text": "Fifteen of us, any Tuesday."}
    answer = site.post(address, given)
    assert (answer.status_code, "Name the unit or group" in answer.content.decode()) == (409, True)
    assert "Fifteen of us" in answer.content.decode()
    site.post(address, given | {"unit": str(at.unit.pk)})
    request = Enquiry.objects.get()
    assert (request.whom, request.email, request.confirmed_at is not None) == (
        at.unit.name,
        at.proposer.email,
        True,
    )
    session = plan(at, kind="training", group=at.unit.name)
    manager = site_for(at.programme_manager)
    manager.post(
        reverse("office_enquiry", args=[request.pk]), {"text": "Gladly.", "session": str(session.pk)}
    )
    mail = Mail.objects.get(kind="enquiry_answered")
    assert session.title in mail.text and session.get_absolute_url() in mail.text


def test_other_campuses_and_roles_neither_read_nor_answer(at):
    question = ask(at)
    enquiries.confirm(enquiry=question)
    for role in ("proposer", "issuer", "learner", "nobody", "stranger"):
        person = getattr(at, role)
        assert site_for(person).get(reverse("office_enquiry", args=[question.pk])).status_code in (403, 404)
        assert api_for(person).get("/api/v1/enquiries/").json()["count"] == 0
        assert (
            api_for(person).post(f"/api/v1/enquiries/{question.pk}/answer/", {"text": "X"}).status_code == 404
        )
        with pytest.raises(PermissionDenied):
            enquiries.answer(enquiry=question, text="X", by=person)
    foreign = {"wanted": "training", "text": "X", "unit": str(at.unit.pk)}
    other = reverse("session_request", args=[at.elsewhere.slug])
    assert site_for(at.proposer).post(other, foreign).status_code == 409
    assert Client().get("/api/v1/enquiries/").status_code == 401


def test_the_same_over_http(at):
    asking, manager = api_for(at.nobody), api_for(at.programme_manager)
    given = {"institution": at.institution.slug, "kind": "question", "text": "When does it begin?"}
    made = asking.post("/api/v1/enquiries/", given)
    assert made.status_code == 201
    assert asking.post("/api/v1/enquiries/", given | {"institution": at.elsewhere.slug}).status_code == 404
    assert asking.post("/api/v1/enquiries/", given | {"kind": "session"}).status_code == 409
    assert [
        asking.get("/api/v1/enquiries/").json()["count"],
        manager.get("/api/v1/enquiries/").json()["count"],
    ] == [
        1,
        1,
    ]
    answer = manager.post(f"/api/v1/enquiries/{made.json()['id']}/answer/", {"text": "In spring."})
    assert (answer.status_code, answer.json()["answer"]) == (200, "In spring.")
    assert (
        manager.post(f"/api/v1/enquiries/{made.json()['id']}/answer/", {"text": "In fall."}).status_code
        == 409
    )


@pytest.mark.parametrize(
    "given",
    [
        {},
        QUESTION | {"text": ""},
        QUESTION | {"text": "x" * 6000},
        QUESTION | {"text": "a\x00b"},
        QUESTION | {"email": "nobody"},
        QUESTION | {"name": ""},
    ],
    ids=["nothing", "empty", "huge", "nul", "address", "nameless"],
)
def test_a_bad_question_is_refused_in_words(at, given):
    answer = Client().post(reverse("resources", args=[at.institution.slug]), given)
    assert (answer.status_code, Enquiry.objects.count()) == (409, 0)


def test_what_is_kept_of_a_person_is_told_and_erased(at):
    person: Person = at.learner
    registering.register(session=plan(at), by=person)
    enquiries.ask(institution=at.institution, kind="question", text="Mine", by=person)
    told = {one.key: len(one.rows) for one in personal.told(person)}
    assert told == {"sessions": 1, "enquiries": 1, "feedback": 0}
    assert personal.erase(person, person) == {at.institution}
    assert [one.rows for one in personal.told(person)] == [[], [], []]
    assert Enquiry.objects.get().text == "Mine"


def test_a_request_is_not_put_on_the_page(at):
    given = {"kind": "session", "text": "For us", "group": "Advisers", "wanted": "info"}
    request = enquiries.ask(institution=at.institution, by=at.nobody, **given)
    with pytest.raises(Refused):
        enquiries.answer(enquiry=request, text="Yes", published=True, by=at.programme_manager)
