"""Minutes and packets as members meet them: the PDF of the minutes, the packet's page."""

from django.urls import reverse

from reviews.actions import agenda, floor, meetings, minutes
from reviews.meetings import packet_making
from reviews.models import Meeting, Packet
from tests.journal.test_papers import bare
from tests.papers import read
from tests.proposals.packs import ruled
from tests.reviews.sitting import items, opened, planned, waiting
from tests.reviews.test_minutes import held
from tests.support import queries_of, site_for


def test_the_minutes_are_read_on_paper(model):
    meeting = held(model)
    address = f"/admin/meetings/{meeting.pk}/minutes.pdf"
    chair = model.chair("committee")
    paper = read(site_for(chair).get(address))
    assert paper.is_accessible and {"Title", "H1", "H2", "Table", "TH"} <= set(paper.tags)
    for said in (
        "Draft of minutes", "Room 4", f"Minutes kept by {model.nobody}", "Not present", "1. Trial 1",
        "Adopted by consent.", "4 of 5 seats were present; 3 are needed.", "Stepped aside: ", "Not dealt with.",
        "We meet on Tuesdays.", f"{chair} adjourned the meeting at ",
    ):  # fmt: skip
        assert said in paper.text, said
    minutes.correct(meeting=meeting, text="It was *Room 5*.", by=chair)
    minutes.approve(meeting=Meeting.objects.get(pk=meeting.pk), how="By e-mail.", by=chair)
    paper = read(site_for(chair).get(address))
    kept = Meeting.objects.get(pk=meeting.pk)
    for said in ("Approved minutes", "By e-mail.", "It was *Room 5*.", f"Seal {kept.minutes_hash}"):
        assert said in paper.text, said
    for person in (model.proposer, model.learner, model.stranger):
        assert site_for(person).get(address).status_code in (302, 403, 404)


def test_the_page_of_the_packet_leads_from_asking_to_reading(
    model, eager_celery, django_capture_on_commit_callbacks
):
    meeting = planned(model, *waiting(model, 2))
    page, member = f"/admin/meetings/{meeting.pk}/packet/", site_for(model.members("committee")[0])
    assert page in member.get(f"/admin/meetings/{meeting.pk}/").content.decode()
    assert "Nobody has asked for it yet" in member.get(page).content.decode()
    assert member.post(page).status_code == 302
    waits = member.get(page).content.decode()
    assert "It waits for its turn" in waits and 'hx-trigger="every 2s"' in waits and "Look again" in waits
    packet = Packet.objects.get(meeting=meeting)
    packet_making._claim(packet.pk)
    Packet.objects.filter(pk=packet.pk).update(done=1)
    part = member.get(page, HTTP_HX_REQUEST="true").content.decode()
    assert "1 of 2 items are put together" in part and "<html" not in part
    Packet.objects.filter(pk=packet.pk).update(claimed_until=None, claim_token=None, attempts=0)
    assert packet_making.run(packet.pk)
    ready = member.get(page).content.decode()
    packet.refresh_from_db()
    assert f"/files/{packet.file_id}/" in ready and "It shows the agenda as it stands" in ready
    assert "hx-trigger" not in ready and "Make it anew" not in ready
    few = queries_of(member, page)
    meetings.change(
        meeting=meeting, starts_at=meeting.starts_at, place="Room 5", keeper=None, by=model.chair("committee")
    )
    changed = member.get(page).content.decode()
    assert "The agenda has changed since" in changed and "Make it anew" in changed
    assert queries_of(member, page) == few
    for person in (model.proposer, model.nobody, model.learner, model.stranger):
        assert site_for(person).get(page).status_code in (302, 403, 404)


def test_a_packet_holds_the_minutes_that_are_to_be_approved(model):
    earlier = held(model)
    chair = model.chair("committee")
    meeting = planned(model)
    agenda.add_minutes(meeting=meeting, of=earlier, by=chair)
    site_for(chair).post(f"/admin/meetings/{meeting.pk}/packet/")
    packet = Packet.objects.get(meeting=meeting)
    assert packet_making.run(packet.pk)
    packet.refresh_from_db()
    paper = read(packet.file.file.read())
    assert paper.is_accessible and "We meet on Tuesdays." in paper.text


def test_minutes_in_chinese_and_korean_are_set_as_they_were_written(model, monkeypatch):
    bare(monkeypatch)
    meeting = opened(model, place="會議室")
    agenda.add_other(meeting=meeting, title="明年的計劃", by=model.chair("committee"))
    floor.deal(item=items(meeting)[0], text="화요일에 만납니다.", by=model.chair("committee"))
    meetings.adjourn(meeting=meeting, by=model.chair("committee"))
    paper = read(site_for(model.chair("committee")).get(f"/admin/meetings/{meeting.pk}/minutes.pdf"))
    for said in ("會議室", "明年的計劃", "화요일에 만납니다."):
        assert said in paper.text, said
    assert paper.is_accessible and "[U+" not in paper.text


def test_papers_have_the_size_that_the_policy_says(model):
    """US Letter is 612 by 792 points; A4, 210 by 297 mm, is 595 by 842."""
    meeting = held(model)
    chair, step = model.chair("committee"), meeting.items.get(position=2).step
    proposal = step.proposal
    letter = f"/admin/meetings/{meeting.pk}/minutes.pdf"
    assert read(site_for(chair).get(letter)).size == (612, 792)

    def change(data):
        data["look"]["paper"] = "a4"

    ruled(model, change)
    ahead = planned(model, *waiting(model))
    site_for(chair).post(f"/admin/meetings/{ahead.pk}/packet/")
    packet = Packet.objects.get(meeting=ahead)
    packet_making.run(packet.pk)
    packet.refresh_from_db()
    papers = {"packet": packet.file.file.read()}
    revision = proposal.revisions.get().number
    for name, address in {
        "minutes": letter,
        "record": reverse("proposal_record_paper", args=[proposal.pk]),
        "revision": reverse("proposal_revision_paper", args=[proposal.pk, revision]),
        "letter": reverse("decision_letter", args=[step.pk]),
    }.items():
        papers[name] = site_for(model.programme_manager).get(address)
    for name, content in papers.items():
        paper = read(content)
        assert (name, paper.size, paper.is_accessible) == (name, (595, 842), True)
