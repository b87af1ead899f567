"""Campus conversations: a draft open for comment, its film, what people say, the summary; groups met and to be met."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from journal import clock
from journal.models import Entry
from outreach.actions import conversations, films
from outreach.models import Conversation, Feedback, Group
from policies.reasons import Refused
from tests.credentials.support import nothing_written
from tests.outreach.support import NOON, plan
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 1)
DAY = dt.timedelta(days=1)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWhat we propose.\n"


@pytest.fixture
def at(campus, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.at(NOON):
        yield campus("cu_denver")


def ask(at, opens=TODAY, closes=TODAY + 14 * DAY, **more):
    given = {"title": "The definition", "draft": "Small, assessed, and stands alone."} | more
    return conversations.plan(
        institution=at.institution, opens_on=opens, closes_on=closes, by=at.programme_manager, **given
    )


def read(address):
    answer = Client().get(address)
    return " ".join(answer.content.decode().split())


@pytest.mark.clause("CUD-8")
def test_a_draft_is_open_between_its_days_and_what_is_said_is_summarised_and_published(at):
    asked, site = ask(at, opens=TODAY + DAY), site_for(at.programme_manager)
    address, inside = asked.get_absolute_url(), reverse("office_conversation", args=[asked.pk])
    assert Client().get(address).status_code == 404  # not begun
    with clock.at(NOON + DAY):
        assert "Small, assessed, and stands alone." in read(address)
        with nothing_written():
            Client().get(address)
        answer = Client().post(address, {"text": "<script>alert(1)</script> Too <b>small</b>."}, follow=True)
        assert "Thank you." in answer.content.decode()
        said = site.get(inside).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; Too &lt;b&gt;small&lt;/b&gt;." in said
        assert "Too &lt;b&gt;" not in read(address)  # only a summary is published
        early = site.post(reverse("conversation_publish", args=[asked.pk]), {"summary": "Already."})
        assert (early.status_code, "It is open until 15 March 2027." in early.content.decode()) == (409, True)
    with clock.at(NOON + 15 * DAY):
        assert Client().post(address, {"text": "Late."}).status_code == 409
        assert "The summary will stand here." in read(address)
        site.post(
            reverse("conversation_publish", args=[asked.pk]), {"summary": "Size is <i>explained</i> now."}
        )
        assert "Size is &lt;i&gt;explained&lt;/i&gt; now." in read(address)
        assert "1 person wrote" in read(address)
        listed = read(reverse("conversations", args=[at.institution.slug]))
        assert "Summary of 16 March 2027" in listed
        again = site.post(reverse("conversation_publish", args=[asked.pk]), {"summary": "Twice."})
        assert again.status_code == 409
    acts = Entry.objects.filter(act__in=("conversation planned", "summary published")).order_by("number")
    assert [entry.act for entry in acts] == ["conversation planned", "summary published"]


@pytest.mark.clause("CUD-8")
def test_sessions_held_and_groups_met_are_listed_and_any_group_can_ask(at):
    address = reverse("conversations", args=[at.institution.slug])
    said = read(address)
    met, to_meet = said.split("Groups to be met")
    assert "Open campus conversations (three so far)" in met and "Campus groups (five so far)" in met
    assert all(name in to_meet for name in ("LETTS Committee", "Academic advisers", "Staff Council"))
    assert reverse("session_request", args=[at.institution.slug]) in said
    held = plan(at, kind="conversation", title="An open conversation")
    site = site_for(at.programme_manager)
    group = reverse("group_keep", args=[at.institution.slug])
    assert site.post(group, {"name": "Staff Council", "met": "on", "met_on": "2027-03-09"}).status_code == 409
    assert site.post(group, {"name": "Staff Council", "met_on": "2027-02-09"}).status_code == 409
    site.post(group, {"name": "Staff Council", "met": "on", "met_on": "2027-02-09", "remark": "Twelve came."})
    with clock.at(held.ends_at + DAY):
        said = read(address)
    met, to_meet = said.split("Groups to be met")
    assert "Staff Council, 9 February 2027: Twelve came." in met and "Staff Council" not in to_meet
    assert "An open conversation" in said
    assert Group.objects.filter(institution=at.institution).count() == 5


@pytest.mark.clause("CUD-14")
def test_the_film_stands_on_the_page_of_the_draft_with_captions_from_this_server(at):
    asked, site = ask(at), site_for(at.programme_manager)
    assert "Micro-credentials: an overview of the proposed definition" in read(asked.get_absolute_url())
    assert "<video" not in read(asked.get_absolute_url())
    picture = io.BytesIO()
    Image.new("RGB", (16, 9)).save(picture, "PNG")
    files = {
        "film": SimpleUploadedFile("film.exe", MP4),
        "captions": SimpleUploadedFile("c.vtt", VTT),
        "poster": SimpleUploadedFile("p.png", picture.getvalue()),
    }
    given = {"title": "The definition in three minutes", **files}
    assert site.post(reverse("conversation_film", args=[asked.pk]), given).status_code == 302
    answer = Client().get(asked.get_absolute_url())
    said = answer.content.decode()
    assert "<video" in said and 'kind="captions"' in said and "The definition in three minutes" in said
    assert "media-src 'self'" in answer["Content-Security-Policy"]
    part = {
        name: reverse("conversation_file", args=[at.institution.slug, asked.pk, name])
        for name in ("film", "captions", "poster")
    }
    assert all(address in said for address in part.values())
    got = {name: Client().get(address) for name, address in part.items()}
    assert {name: one["Content-Type"] for name, one in got.items()} == {
        "film": "video/mp4",
        "captions": "text/vtt; charset=utf-8",
        "poster": "image/png",
    }
    assert b"".join(got["film"]) == MP4 and got["film"]["X-Content-Type-Options"] == "nosniff"
    ranges = {
        "bytes=0-9": (206, MP4[:10]),
        "bytes=1000-": (206, MP4[1000:]),
        "bytes=-5": (206, MP4[-5:]),
        "bytes=99999-": (416, b""),
        "bytes=5-2": (416, b""),
    }
    for asked_for, (status, content) in ranges.items():
        one = Client().get(part["film"], headers={"range": asked_for})
        assert (one.status_code, b"".join(one) if one.streaming else one.content) == (status, content)
    assert Client().get(part["film"].replace("film", "summary")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"film": b"<html>no film</html>"}, "The film is neither MP4 nor WebM."),
        ({"film": b"\x1a\x45\xdf\xa3 matroska but not the web's"}, "The film is neither MP4 nor WebM."),
        (
            {"captions": b"1\n00:00:00,000 --> 00:00:02,000\nSubRip"},
            "Captions are a WebVTT file with at least one line.",
        ),
        ({"captions": b"WEBVTT\n\nnothing"}, "Captions are a WebVTT file with at least one line."),
        ({"poster": b"<svg onload='alert(1)'/>"}, "The picture is a PNG or JPEG of at most 5 MB."),
        ({"title": " "}, "Give the film a title."),
    ],
    ids=["html", "matroska", "subrip", "nothing", "svg", "title"],
)
def test_what_is_no_film_is_refused(at, changes, said):
    given = {"title": "A film", "film": MP4, "captions": VTT} | changes
    asked = ask(at)
    uploads = {name: ContentFile(v, name) for name, v in given.items() if isinstance(v, bytes)}
    with pytest.raises(Refused) as error:
        films.put(conversation=asked, title=given["title"], by=at.programme_manager, **uploads)
    assert error.value.reasons[0].text == said
    assert not Conversation.objects.get().film


def test_a_draft_stays_as_it_was_once_somebody_spoke_of_it(at):
    asked = ask(at)
    given = {
        "title": asked.title,
        "draft": "Other words.",
        "opens_on": TODAY,
        "closes_on": TODAY + 5 * DAY,
        "by": at.programme_manager,
    }
    conversations.change(conversation=asked, **given)
    conversations.say(conversation=asked, text="Good.")
    conversations.change(conversation=asked, **given | {"closes_on": TODAY + 9 * DAY})
    with pytest.raises(Refused, match="People have spoken of this draft"):
        conversations.change(conversation=asked, **given | {"draft": "Words again."})
    for opens, closes, said in (
        (TODAY + DAY, TODAY, "It closes before it opens."),
        (TODAY - 3 * DAY, TODAY - DAY, "Its last day is past."),
    ):
        with pytest.raises(Refused) as error:
            ask(at, opens, closes)
        assert error.value.reasons[0].text == said


def test_a_script_that_says_much_is_stopped(at, settings):
    asked, settings.UNCONFIRMED_AN_HOUR = ask(at), 3
    codes = [Client().post(asked.get_absolute_url(), {"text": f"{n}"}).status_code for n in range(5)]
    assert codes == [302, 302, 302, 409, 409]
    for bad in ({}, {"text": "x" * 6000}, {"text": "a\x00"}, {"text": "a", "email": "nobody"}):
        assert Client().post(asked.get_absolute_url(), bad).status_code == 409
    assert Feedback.objects.count() == 3


def test_acts_are_the_offices(at):
    asked, slug = ask(at), at.institution.slug
    addresses = [
        reverse(name, args=[asked.pk])
        for name in (
            "office_conversation",
            "conversation_change",
            "conversation_publish",
            "conversation_film",
        )
    ]
    addresses += [
        reverse(name, args=[slug]) for name in ("office_conversations", "conversation_plan", "group_keep")
    ]
    manager = site_for(at.programme_manager)
    assert {manager.get(address).status_code for address in addresses} == {200}
    for role in ("proposer", "section_head", "learner", "nobody", "stranger"):
        person = getattr(at, role)
        assert {site_for(person).get(address).status_code for address in addresses} <= {403, 404}
        with pytest.raises(PermissionDenied):
            conversations.publish(conversation=asked, summary="Mine.", by=person)
        with pytest.raises(PermissionDenied):
            conversations.keep_group(institution=at.institution, name="Mine", by=person)
        with pytest.raises(PermissionDenied):
            films.put(
                conversation=asked, title="X", film=ContentFile(MP4), captions=ContentFile(VTT), by=person
            )
    assert all("/login/" in Client().get(address)["Location"] for address in addresses)


def test_the_same_over_http(at):
    manager, other = api_for(at.programme_manager), api_for(at.nobody)
    given = {
        "institution": at.institution.slug,
        "title": "Sizes",
        "draft": "Three sizes.",
        "opens_on": "2027-03-01",
        "closes_on": "2027-03-05",
    }
    assert other.post("/api/v1/conversations/", given).status_code == 403
    made = manager.post("/api/v1/conversations/", given)
    assert made.status_code == 201
    own = f"/api/v1/conversations/{made.json()['id']}/"
    assert other.post(f"{own}feedback/", {"text": "Two are enough."}).status_code == 201
    assert other.get(f"{own}feedback/").status_code == 404
    assert [one["text"] for one in manager.get(f"{own}feedback/").json()["results"]] == ["Two are enough."]
    assert manager.post(f"{own}publish/", {"summary": "Two."}).status_code == 409
    with clock.at(NOON + 9 * DAY):
        assert other.post(f"{own}publish/", {"summary": "Two."}).status_code == 403
        assert manager.post(f"{own}publish/", {"summary": "Two."}).json()["summary"] == "Two."
    groups = f"/api/v1/met-groups/{at.institution.slug}/"
    assert len(other.get(groups).json()) == 5
    assert other.post(groups, {"name": "Library"}).status_code == 403
    assert manager.post(groups, {"name": "Library", "met": True, "met_on": "2027-02-01"}).status_code == 201
    assert api_for(at.stranger).get(groups).status_code == 404
    assert api_for(at.stranger).get("/api/v1/conversations/").json()["count"] == 0
