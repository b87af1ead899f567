"""A proposal on paper: its revisions, what changed between two, its record; for whom, and with what in it."""

from unittest.mock import Mock

import pytest

from journal.papers import PaperError
from tests.journal.test_papers import MARKUP, bare
from tests.papers import read
from tests.proposals import walking
from tests.proposals.walking import fresh, move, save
from tests.support import queries_of, site_for


@pytest.fixture
def at(campus):
    return campus("model")


def twice_submitted(at):
    """Two revisions: the second has another need, with markup in it, a longer table, a shorter list."""
    proposal = walking.model_changes_requested(at)
    changed = {
        "idea": {"audience": ["students"]},
        "learning": {
            "need": f"Employers ask for it because their people need it every day.\n{MARKUP}",
            "competencies": [
                {"competency": "Write a long procedure", "assessment": "Portfolio"},
                {"competency": "Draw a plan", "assessment": "Interview"},
            ],
        },
    }
    save(proposal, changed, at.proposer)
    return move(fresh(proposal), "resubmit", at.proposer)


def test_a_revision_is_read_on_paper(at):
    proposal = twice_submitted(at)
    number = proposal.revisions.count()
    paper = read(site_for(at.proposer).get(f"/proposals/{proposal.pk}/revisions/{number}.pdf"))
    revision = proposal.revisions.get(number=number)
    assert paper.is_accessible
    asked = [
        s for s in revision.form["sections"] if s["id"] != "set"
    ]  # which is asked of micro-certificates alone
    assert paper.tags.count("H1") == len(asked)
    assert {"Title", "H2", "L"} <= set(paper.tags)
    for said in (
        proposal.title,
        f"revision {number}",
        str(at.proposer),
        " ".join(MARKUP.split()),
        revision.hash,
    ):
        assert said in paper.text, said


def test_a_red_line_says_what_was_added_and_removed(at):
    proposal = twice_submitted(at)
    last = proposal.revisions.count()
    page = f"/proposals/{proposal.pk}/compare/{last - 1}/{last}"
    paper = read(site_for(at.proposer).get(f"{page}.pdf"))
    assert paper.is_accessible
    assert "[+underlined+] was added, [-struck through-] was removed" in paper.text
    assert "Change 1: " in paper.text and "[+Employers ask for it" in paper.text
    assert "Changed Write a [+long +]procedure Portfolio" in paper.text
    assert "Added [+Draw a plan+] [+Interview+]" in paper.text
    assert "– Students – [-Working professionals-]" in paper.text
    only = read(site_for(at.proposer).get(f"{page}.pdf", {"only": "1"}))
    assert only.is_accessible and len(only.text) < len(paper.text)
    assert site_for(at.proposer).get(f"{page}/").context["changes"] == paper.text.count("Change ")


def test_the_record_on_paper_is_the_whole_record(at):
    proposal = walking.model_established(at)
    manager = site_for(at.programme_manager)
    told = manager.get(f"/proposals/{proposal.pk}/record.json").json()
    paper = read(manager.get(f"/proposals/{proposal.pk}/record.pdf"))
    assert paper.is_accessible
    assert paper.tags.count("TR") == len(told["entries"]) + 1
    assert paper.tags.count("TH") == 5
    assert told["head"]["hash"] in paper.text.replace(" ", "")
    assert all(link["hash"][:12] in paper.text for link in told["entries"])


def test_papers_are_for_those_who_see_the_page(at):
    proposal = twice_submitted(at)
    draft = f"/proposals/{proposal.pk}/compare/1/draft.pdf"
    papers = ("record.pdf", "revisions/1.pdf", "compare/1/2.pdf")
    for person in (at.stranger, at.nobody, at.second_proposer, at.learner):
        for paper in papers:
            assert site_for(person).get(f"/proposals/{proposal.pk}/{paper}").status_code == 404
    for person in (at.programme_manager, at.section_head):
        assert site_for(person).get(f"/proposals/{proposal.pk}/revisions/1.pdf").status_code == 200
        assert site_for(person).get(draft).status_code == 404
    for paper in ("revisions/9.pdf", "compare/1/9.pdf", "compare/1/1.pdf"):
        assert site_for(at.proposer).get(f"/proposals/{proposal.pk}/{paper}").status_code == 404
    assert site_for(at.proposer).post(f"/proposals/{proposal.pk}/record.pdf").status_code == 405


def test_a_paper_takes_a_fixed_number_of_queries(at):
    proposal = walking.model_unit_approval(at)
    client = site_for(at.proposer)
    record = f"/proposals/{proposal.pk}/record.pdf"
    before = queries_of(client, record)
    walking.finish(at, proposal, "dean_signoff")
    assert queries_of(client, record) == before


def test_a_paper_that_cannot_be_set_says_so(at, monkeypatch):
    proposal = walking.model_unit_approval(at)
    monkeypatch.setattr("journal.papers.answers.render", Mock(side_effect=PaperError("It took too long.")))
    answer = site_for(at.proposer).get(f"/proposals/{proposal.pk}/record.pdf")
    assert answer.status_code == 503
    assert "took too long" in answer.content.decode()


def test_chinese_korean_and_arabic_stand_in_the_record_and_the_revision_as_they_were_written(at, monkeypatch):
    bare(monkeypatch)
    proposal = walking.model_changes_requested(at)
    save(
        proposal,
        {"idea": {"title": "數據分析"}, "learning": {"need": f"{walking.words(20)} 한국어 مرحبا"}},
        at.proposer,
    )
    move(fresh(proposal), "resubmit", at.proposer, note="修改好了。")
    record = read(site_for(at.proposer).get(f"/proposals/{proposal.pk}/record.pdf"))
    revision = read(site_for(at.proposer).get(f"/proposals/{proposal.pk}/revisions/3.pdf"))
    assert record.is_accessible and revision.is_accessible
    assert "修改好了。" in record.text and "數據分析" in revision.text and "한국어" in revision.text
    assert "[U+" not in record.text + revision.text and "could not be set" not in record.text + revision.text
