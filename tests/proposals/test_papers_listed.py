"""The API lists where papers are: each of them opens for whoever finds it listed, and for nobody else."""

import pytest
from django.http import HttpResponse

from journal.papers import answers
from proposals.api_shapes import ProposalWhole
from reviews.actions import meetings
from reviews.actions import minutes as minutes_actions
from reviews.api.meeting_shapes import MeetingWhole, MinutesWhole
from reviews.meetings import packet_making
from reviews.models import Meeting, Packet
from tests.proposals import walking
from tests.proposals.walking import fresh, move, save
from tests.reviews.sitting import lines, opened, planned, waiting
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(campus, monkeypatch):
    """The model university; its papers are not set, since here the question is for whom."""
    set_nothing = lambda request, data, name: HttpResponse(b"%PDF-", content_type=answers.PDF)  # noqa: E731
    for module in ("proposals.views.papers", "reviews.views.papers", "reviews.views.packets"):
        monkeypatch.setattr(f"{module}.answer", set_nothing)
    return campus("model")


def listed(person, address):
    """[(kind, title, url)], or the status where the person may not ask."""
    found = api_for(person).get(address)
    if found.status_code != 200:
        return found.status_code
    return [(row["kind"], row["title"], row["url"]) for row in found.json()["papers"]]


def opens(person, url):
    answer = site_for(person).get(url)
    return answer.status_code == 200 and answer["Content-Type"] == "application/pdf"


def test_papers_of_a_proposal_open_for_who_finds_them_listed(model):
    proposal = walking.model_changes_requested(model)
    address, page = f"/api/v1/proposals/{proposal.pk}/", f"/proposals/{proposal.pk}"
    letters = [
        step for step in proposal.steps.in_order() if step.status == "complete" and step.kind != "form"
    ]
    everybody = [
        ("revision", "Revision 1", f"{page}/revisions/1.pdf"),
        ("revision", "Revision 2", f"{page}/revisions/2.pdf"),
        ("red_line", "What changed from revision 1 to revision 2", f"{page}/compare/1/2.pdf"),
        *(("letter", f"Letter: {step.title}", f"/steps/{step.pk}/letter.pdf") for step in letters),
        ("record", "The record", f"{page}/record.pdf"),
    ]
    draft = ("red_line", "What changed from revision 2 to the draft", f"{page}/compare/2/draft.pdf")
    assert len(letters) == 2
    readers = {
        "proposer": [*everybody[:3], draft, *everybody[3:]],
        "supervisor": everybody,
        "section_head": everybody,
        "programme_manager": everybody,
        "administrator": everybody,
    }
    for name, papers in readers.items():
        person = getattr(model, name)
        assert (name, listed(person, address)) == (name, papers)
        assert [url for _kind, _title, url in papers if not opens(person, url)] == []
    assert listed(model.members("committee")[0], address) == everybody
    assert not opens(model.supervisor, draft[2])
    for name in ("learner", "nobody", "second_proposer", "stranger"):
        person = getattr(model, name)
        assert (name, listed(person, address)) == (name, 404)
        assert (name, [url for _k, _t, url in everybody if opens(person, url)]) == (name, [])
    save(proposal, {"learning": {"need": walking.words(25)}}, model.proposer)
    move(fresh(proposal), "resubmit", model.proposer)
    kinds = [kind for kind, _title, _url in listed(model.proposer, address)]
    assert kinds == ["revision"] * 3 + ["red_line"] * 2 + ["letter"] * 2 + ["record"]


def test_papers_of_a_meeting_open_for_who_finds_them_listed(model):
    meeting = planned(model, *waiting(model, 1))
    address = f"/api/v1/meetings/{meeting.pk}/"
    chair, member = model.chair("committee"), model.members("committee")[0]
    assert listed(chair, address) == []
    assert api_for(chair).post(f"{address}packet/").status_code == 202
    packet_making.run(Packet.objects.get().pk)
    packet = ("packet", "Packet", f"/files/{Packet.objects.get().file_id}/")
    for person in (chair, member, model.programme_manager):
        assert (str(person), listed(person, address)) == (str(person), [packet])
        assert opens(person, packet[2])
    Meeting.objects.filter(pk=meeting.pk).update(state="called")
    meetings.open_session(meeting=meeting, present=[line.pk for line in lines(meeting)], by=chair)
    meetings.adjourn(meeting=Meeting.objects.get(), by=chair)
    minutes = ("minutes", "Minutes", f"/admin/meetings/{meeting.pk}/minutes.pdf")
    for person in (chair, member, model.programme_manager):
        assert listed(person, address) == [packet, minutes]
        assert listed(person, f"{address}minutes/") == [packet, minutes]
        assert opens(person, minutes[2])
    for name in ("proposer", "supervisor", "learner", "nobody", "stranger"):
        person = getattr(model, name)
        assert (name, listed(person, address)) in ((name, 403), (name, 404))
        assert (name, opens(person, packet[2]), opens(person, minutes[2])) == (name, False, False)
    office = model.offices["provost"]
    assert listed(office, f"{address}minutes/") == 404 and not opens(office, minutes[2])
    minutes_actions.approve(meeting=Meeting.objects.get(), how="By e-mail.", by=chair)
    assert (listed(office, address), listed(office, f"{address}minutes/")) == (404, [minutes])
    assert opens(office, minutes[2]) and not opens(office, packet[2])


def test_the_document_of_the_api_has_every_part_of_what_is_answered(model, client):
    proposal = walking.model_changes_requested(model)
    said = api_for(model.proposer).get(f"/api/v1/proposals/{proposal.pk}/").json()
    assert set(ProposalWhole().fields) == set(said) - {"conditions", "agendas", "figures"}
    meeting = opened(model)
    said = api_for(model.chair("committee")).get(f"/api/v1/meetings/{meeting.pk}/").json()
    assert set(MeetingWhole().fields) == set(said)
    meetings.adjourn(meeting=meeting, by=model.chair("committee"))
    said = api_for(model.chair("committee")).get(f"/api/v1/meetings/{meeting.pk}/minutes/").json()
    assert set(MinutesWhole().fields) == set(said)
    schema = client.get("/api/v1/schema/?format=json").json()
    parts = schema["components"]["schemas"]
    for name in ("ProposalWhole", "MeetingWhole", "MinutesWhole"):
        assert parts[name]["properties"]["papers"]["items"] == {"$ref": "#/components/schemas/PaperRow"}
    assert set(parts["PaperRow"]["properties"]) == {"kind", "title", "url"}
