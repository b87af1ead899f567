"""What a learner keeps to themselves of a badge: chosen in the wallet, kept by every page and file."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from credentials.actions import wallet
from credentials.learned import Mastered
from credentials.models import Award
from credentials.openbadges.carried import Carried, Shown, carried
from credentials.openbadges.document import build
from policies.reasons import Refused
from tests.credentials.openbadges_examples import ISSUER, RICH, full_award, minimal_award
from tests.credentials.support import award, definition, learner, texts
from tests.factories import PersonFactory
from tests.support import site_for

NAME, WORK, WRITTEN = "Test learner of fires", "Drew a map of one fire.", "She explained all three sets."
ADDRESS = "https://portfolio.example/7"
MASTERED = (Mastered("Read a fire weather table", "Read five tables."),)
RESULT = "Read a fire weather table: Oral examination Completed"
WHY = "It holds more than its holder shows here, so it is theirs alone. Ask them for it"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    made = definition(model)
    return award(
        made,
        PersonFactory(name=NAME),
        evidence=WORK,
        evidence_url=ADDRESS,
        narrative=WRITTEN,
        mastered=MASTERED,
    )


def seen(held, site=None, query=""):
    """Which items the verification page tells."""
    words = texts((site or Client()).get(f"/verify/{held.pk}/{query}"))
    return {
        "name": f"awarded it to {NAME} on" in words,
        "evidence": any(said in words for said in (WORK, ADDRESS, "Read five tables.")),
        "narrative": WRITTEN in words,
        "results": RESULT in words,
    }


def hide(held, *items, visibility="link"):
    return wallet.show(award=held, visibility=visibility, hidden=items, by=held.holder)


ITEMS = ("name", "evidence", "narrative", "results")
ALL, NOTHING = dict.fromkeys(ITEMS, True), dict.fromkeys(ITEMS, False)


@pytest.mark.clause("CUD-4")
def test_each_item_is_kept_by_itself_from_everyone_but_its_holder(held):
    mine, link = site_for(held.holder), wallet.share(award=held, label="", by=held.holder)
    others = [(None, ""), (site_for(learner()), ""), (mine, "?as=stranger"), (None, f"?link={link.token}")]
    for hidden in ((), *((item,) for item in ITEMS), ITEMS):
        hide(held, *hidden)
        for site, query in others:
            assert seen(held, site, query) == ALL | dict.fromkeys(hidden, False), (hidden, query)
            page = (site or Client()).get(f"/verify/{held.pk}/{query}")
            assert (WHY in texts(page)) is bool(hidden)
            assert (f"/awards/{held.pk}" in page.content.decode()) is not bool(hidden)
        assert seen(held, mine) == ALL
    hide(held, visibility="private")
    assert seen(held) == seen(held, mine, "?as=stranger") == NOTHING
    assert seen(held, None, f"?link={link.token}") == ALL


def test_files_of_an_award_with_a_hidden_item_are_its_holders_alone(held):
    mine, link = site_for(held.holder), wallet.share(award=held, label="", by=held.holder)
    hide(held, "evidence")
    for site, query in ((Client(), ""), (site_for(learner()), ""), (Client(), f"?link={link.token}")):
        for form in ("json", "jwt", "png"):
            refused = site.get(f"/awards/{held.pk}.{form}{query}")
            assert refused.status_code == 403
            assert "Ask them for it." in refused.json()["detail"]
            assert refused["Cache-Control"] == "private, no-store"
    given = mine.get(f"/awards/{held.pk}.json")
    assert (given.status_code, given["Cache-Control"]) == (200, "private, no-store")
    hide(held)
    assert Client().get(f"/awards/{held.pk}.json").status_code == 200


def test_wallet_offers_what_the_badge_says_and_saves_it(held, model):
    mine = site_for(held.holder)
    offered = mine.get(f"/wallet/{held.pk}/").context["visibility"].fields["hidden"].choices
    assert [value for value, _label in offered] == list(ITEMS)
    sent = {"visibility": "public", "hidden": ["name", "evidence"]}
    assert "Saved." in texts(mine.post(f"/wallet/{held.pk}/visibility/", sent, follow=True))
    held.refresh_from_db()
    assert (held.visibility, held.hidden) == ("public", ["name", "evidence"])
    for wrong in (["nonsense"], ["name", "colour"], ["\x00"]):
        answer = mine.post(f"/wallet/{held.pk}/visibility/", {"visibility": "link", "hidden": wrong})
        assert answer.status_code == 409
        assert "Choose among what the page offers." in texts(answer)
    held.refresh_from_db()
    assert (held.visibility, held.hidden) == ("public", ["name", "evidence"])
    bare = award(definition(model, badge=False, title="A notation"), held.holder)
    offered = mine.get(f"/wallet/{bare.pk}/").context["visibility"].fields["hidden"].choices
    assert [value for value, _label in offered] == ["name"]


def test_only_the_holder_hides_and_only_what_there_is(held, model):
    for person in (model.programme_manager, learner()):
        with pytest.raises(PermissionDenied):
            wallet.show(award=held, visibility="link", hidden=["name"], by=person)
        assert site_for(person).post(f"/wallet/{held.pk}/visibility/", {}).status_code == 404
    with pytest.raises(Refused):
        hide(held, "colour")
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=held.pk).update(hidden=["colour"])
    held.refresh_from_db()
    assert held.hidden == []


def test_preview_says_that_it_is_one_to_the_holder_alone(held):
    said = "This is the page as others see it."
    assert said in texts(site_for(held.holder).get(f"/verify/{held.pk}/?as=stranger"))
    assert said not in texts(Client().get(f"/verify/{held.pk}/?as=stranger"))


def test_typed_words_stay_words_and_only_web_addresses_are_links(model):
    text = "<script>alert(1)</script> {{ x }}"
    made = definition(model)
    odd = award(made, evidence=text, evidence_url="urn:isbn:0451450523", narrative=text)
    for _ in range(2):  # rendered, then filled
        body = Client().get(f"/verify/{odd.pk}/").content.decode()
        assert body.count("&lt;script&gt;alert(1)&lt;/script&gt; {{ x }}") == 2
        assert "<script>alert" not in body
        assert 'href="urn' not in body


def test_pages_of_awards_alike_but_for_their_evidence_differ(model):
    made = definition(model)
    first, second = (award(made, evidence=f"Piece {n} of work.") for n in (1, 2))
    for _ in range(2):
        assert "Piece 1 of work." in texts(Client().get(f"/verify/{first.pk}/"))
        assert "Piece 2 of work." in texts(Client().get(f"/verify/{second.pk}/"))


def test_all_that_a_credential_can_carry_is_told():
    found = carried(json.dumps(build(ISSUER, RICH, full_award(number=2))))
    assert found == Carried(
        evidence=(
            Shown("Map", "Drew map 2."),
            Shown("Report", "Ten pages", "https://work.example/2?a=1&b=2"),
        ),
        narrative='Explained "all" of them:\n\t1 \\ 2 – 🔥',
        results=(Shown("Grade", "A, Completed"), Shown("Mapping", "Good (level 2 of 2, 2 points)")),
    )
    assert not found.without(frozenset({"evidence", "narrative", "results"}))
    assert not carried(json.dumps(build(ISSUER, RICH, minimal_award())))
    assert not carried("{}")
