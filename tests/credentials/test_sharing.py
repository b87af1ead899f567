"""Sharing: the addresses of other sites, the way through our counter, what is counted and what is not."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from credentials.actions import awards, shares, wallet
from credentials.models import Award, Destination, Share
from credentials.sharing import counting, destinations
from credentials.sharing.counting import Counted
from credentials.sharing.destinations import Shared
from journal import clock
from tests.conftest import NOWHERE
from tests.credentials.support import award, definition, learner, nothing_written, texts, with_image
from tests.factories import PersonFactory
from tests.support import site_for

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
KEY = "0b9a3f0e-2f52-4f1c-9a55-3f1c2d4e5f60"
PAGE = f"https://badges.example/verify/{KEY}/"
VIA = f"https%3A%2F%2Fbadges.example%2Fverify%2F{KEY}%2F%3Fvia%3D"
BADGE = Shared(
    key=KEY,
    title="Fire & data: 100% “clear”?",
    issuer="Model University",
    page=PAGE,
    awarded_on=dt.date(2026, 3, 2),
)
TITLE = "Fire%20%26%20data%3A%20100%25%20%E2%80%9Cclear%E2%80%9D%3F"
SAID = f"I%20earned%20%E2%80%9C{TITLE}%E2%80%9D%20at%20Model%20University"
EXPECTED = {
    "linkedin-profile": "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME"
    f"&name={TITLE}&organizationName=Model%20University&issueYear=2026&issueMonth=3"
    f"&certUrl={VIA}linkedin-profile&certId={KEY}",
    "linkedin": f"https://www.linkedin.com/sharing/share-offsite/?url={VIA}linkedin",
    "x": f"https://x.com/intent/post?text={SAID}.&url={VIA}x",
    "facebook": f"https://www.facebook.com/sharer/sharer.php?u={VIA}facebook",
    "bluesky": f"https://bsky.app/intent/compose?text={SAID}.%20{VIA}bluesky",
    "mail": "",
    "link": "",
    "qr": "",
    "embed": "",
}


@pytest.mark.parametrize(("destination", "address"), EXPECTED.items())
def test_addresses_of_other_sites_are_as_they_ask(destination, address):
    assert destinations.elsewhere(BADGE, Destination(destination)) == address


def test_linkedin_is_told_its_own_number_of_the_issuer_and_the_end():
    badge = Shared(**{**vars(BADGE), "organization": 4711, "expires_on": dt.date(2027, 11, 30)})
    found = destinations.elsewhere(badge, Destination.PROFILE)
    assert "&organizationId=4711&issueYear" in found
    assert "organizationName" not in found
    assert found.endswith("&expirationYear=2027&expirationMonth=11")


def test_mail_is_opened_with_subject_and_text():
    assert destinations.mailto(BADGE) == (
        f"mailto:?subject={SAID}"
        f"&body={SAID}.%0D%0A%0D%0AYou%20can%20check%20it%20here%3A%0D%0A{VIA}mail%0D%0A"
    )


def test_long_titles_leave_room_for_the_address():
    badge = Shared(**{**vars(BADGE), "title": "長い🔥" * 100, "issuer": "I" * 200})
    assert len(f"{badge.sentence} {badge.address('bluesky')}") <= 300
    assert "…”" in badge.sentence


@pytest.fixture(autouse=True)
def counts():
    """Redis without counts of other tests."""
    counting._redis.cache_clear()
    counting._rests_until = 0.0
    forget()
    yield
    forget()


def forget():
    """Nothing waits in Redis, and nothing is put aside there."""
    for name in counting.put_aside():
        counting.drop(name)


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(definition(model), PersonFactory())


def rows(held):
    shares.roll_up()
    found = held.shares.values_list("destination", "shares", "views")
    return {destination: numbers for destination, *numbers in found}


@pytest.mark.clause("UCR-8")
@pytest.mark.clause("UCR-11")
@pytest.mark.clause("CUD-4")
@pytest.mark.clause("UM-28")
def test_every_way_out_leads_through_the_counter_and_writes_nothing(held):
    mine = site_for(held.holder)
    with nothing_written():
        for name, start in EXPECTED.items():
            answer = mine.get(f"/wallet/{held.pk}/share/{name}/", headers=BROWSER)
            if start:
                assert answer.status_code == 302
                assert answer["Location"].split("?")[0] == start.split("?")[0]
                assert f"verify%2F{held.pk}%2F%3Fvia%3D{name}" in answer["Location"]
                assert answer["Referrer-Policy"] == "same-origin"
            else:
                assert answer.status_code == 200
    assert rows(held) == {name: [1, 0] for name in EXPECTED}


def test_pages_of_mail_address_and_qr_work_without_scripts(held):
    mine = site_for(held.holder)
    mail = mine.get(f"/wallet/{held.pk}/share/mail/")
    assert 'href="mailto:?subject=I%20earned' in mail.content.decode()
    assert f"/verify/{held.pk}/?via=mail" in texts(mail)
    assert f"http://testserver/verify/{held.pk}/?via=link" in texts(
        mine.get(f"/wallet/{held.pk}/share/link/")
    )
    assert f"/b/{held.code}.svg" in mine.get(f"/wallet/{held.pk}/share/qr/").content.decode()


def test_views_are_counted_for_people_by_destination(held):
    path = f"/verify/{held.pk}/"
    counted = [
        (Client(), f"{path}?via=x", BROWSER),
        (Client(), f"{path}?via=x", BROWSER),
        (site_for(learner()), f"{path}?via=linkedin", BROWSER),
        (Client(), f"/b/{held.code}", BROWSER),
        (Client(), path, BROWSER),
        (Client(), f"{path}?via=nonsense", BROWSER),
        (Client(), f"{path}?via=own-link", BROWSER),
        (Client(), f"{path}?link=abc", BROWSER),
    ]
    left_out = [
        (site_for(held.holder), f"{path}?via=x", BROWSER),
        (site_for(held.holder), f"{path}?via=x&as=stranger", BROWSER),
        (Client(), f"{path}?via=x", {}),
        (Client(), f"{path}?via=x", {"user-agent": "LinkedInBot/1.0 (compatible)"}),
        (Client(), f"{path}?via=x", {"user-agent": "facebookexternalhit/1.1"}),
        (Client(), f"{path}?via=x", {"user-agent": "Twitterbot/1.0"}),
        (Client(), f"{path}?via=x", {"user-agent": "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1)"}),
        (Client(), f"{path}?via=x", {**BROWSER, "sec-purpose": "prefetch;prerender"}),
    ]
    with nothing_written():
        for site, address, headers in counted + left_out:
            assert site.get(address, headers=headers, follow=True).status_code == 200
        Client().head(f"{path}?via=x", headers=BROWSER)
        Client().post(f"{path}?via=x", {"email": "a@b.example"}, headers=BROWSER)
    assert rows(held) == {
        "x": [0, 2],
        "linkedin": [0, 1],
        "qr": [0, 1],
        "other": [0, 3],
        "own-link": [0, 1],
    }


def test_counts_add_up_day_by_day_and_stand_in_the_wallet(held):
    mine, page = site_for(held.holder), f"/wallet/{held.pk}/"
    assert "How it was shared" not in texts(mine.get(page))
    for days, shared, seen in ((0, 2, 5), (0, 1, 4), (1, 0, 3)):
        with clock.at(clock.now() + dt.timedelta(days=days)):
            for _ in range(shared):
                mine.get(f"/wallet/{held.pk}/share/x/", headers=BROWSER)
            for _ in range(seen):
                Client().get(f"/verify/{held.pk}/?via=x", headers=BROWSER)
        assert shares.roll_up() == shared + seen
    today = clock.now().date()
    assert list(Share.objects.order_by("day").values_list("day", "shares", "views")) == [
        (today, 3, 9),
        (today + dt.timedelta(days=1), 0, 3),
    ]
    assert "X 3 12" in texts(mine.get(page))
    assert shares.roll_up() == 0


def test_links_of_ones_own_are_counted_one_by_one(held):
    link, other = (wallet.share(award=held, label=word, by=held.holder) for word in ("One", "Other"))
    for _ in range(3):
        Client().get(f"/s/{link.token}/", headers=BROWSER)
    site_for(held.holder).get(f"/s/{link.token}/", headers=BROWSER)
    Client().get(f"/s/{other.token}/", headers={"user-agent": "Googlebot/2.1"})
    assert shares.roll_up() == 3
    link.refresh_from_db()
    other.refresh_from_db()
    assert (link.views, other.views) == (3, 0)
    assert rows(held) == {"own-link": [2, 0]}
    assert "opened 3 times" in texts(site_for(held.holder).get(f"/wallet/{held.pk}/"))


def test_with_redis_away_sharing_goes_on_and_nothing_is_counted(held, settings):
    settings.REDIS_URL = NOWHERE
    counting._redis.cache_clear()
    mine = site_for(held.holder)
    assert mine.get(f"/wallet/{held.pk}/share/x/", headers=BROWSER).status_code == 302
    assert Client().get(f"/verify/{held.pk}/?via=x", headers=BROWSER).status_code == 200
    assert shares.roll_up() == 0
    counting._redis.cache_clear()


def test_of_a_badge_that_is_gone_nothing_is_kept(held):
    counting.add(Counted("views", uuid.UUID(int=4), "x", clock.now().date()))
    counting.add(Counted("link", uuid.UUID(int=4), "", clock.now().date()))
    assert shares.roll_up() == 2
    assert not Share.objects.exists()


def test_private_badge_asks_before_it_is_shared(held):
    wallet.show(award=held, visibility="private", by=held.holder)
    mine, path = site_for(held.holder), f"/wallet/{held.pk}/share/x/"
    asked = mine.get(path, headers=BROWSER)
    assert "Nobody can see this badge yet" in texts(asked)
    assert "form-action 'self' https://www.linkedin.com https://x.com" in asked["Content-Security-Policy"]
    held.refresh_from_db()
    assert (held.visibility, rows(held)) == ("private", {})
    went = mine.post(path, headers=BROWSER)
    assert (went.status_code, went["Location"]) == (302, path)
    held.refresh_from_db()
    assert held.visibility == "link"
    assert mine.get(path, headers=BROWSER)["Location"].startswith("https://x.com/intent/post?")
    assert (
        mine.post(path)["Location"] == path
    )  # a form sent from a page that stood open: it is visible already
    assert rows(held) == {"x": [1, 0]}


def test_nobody_else_shares_it_and_nowhere_else(model, held):
    path = f"/wallet/{held.pk}/share/x/"
    assert Client().get(path)["Location"].startswith("/accounts/login/")
    for person in (model.programme_manager, model.registrar, learner()):
        assert site_for(person).get(path).status_code == 404
        assert site_for(person).post(path).status_code == 404
    mine = site_for(held.holder)
    for name in ("nowhere", "X", "x" * 300):
        assert mine.get(f"/wallet/{held.pk}/share/{name}/").status_code == 404


def test_badge_that_is_not_in_force_is_shared_no_more(model, held):
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    answer = site_for(held.holder).get(f"/wallet/{held.pk}/share/x/", headers=BROWSER, follow=True)
    assert "it cannot be shared" in texts(answer)
    assert rows(held) == {}


def test_previews_tell_what_is_shown_and_no_more(model, held):
    with_image(held.definition, model)
    page, name = f"/verify/{held.pk}/", held.recipient_name
    body = Client().get(f"{page}?via=facebook").content.decode()
    assert f'property="og:url" content="http://testserver{page}?via=facebook"' in body
    assert f'rel="canonical" href="http://testserver{page}"' in body
    assert (
        f'property="og:image" content="http://testserver/catalogue/{held.definition.slug}/badge.png"' in body
    )
    assert f"awarded this badge to {name} on" in body
    wallet.show(award=held, visibility="public", hidden=["name"], by=held.holder)
    body = Client().get(page).content.decode()
    assert "awarded this badge on" in body
    assert "og:title" in body
    assert name not in body
    wallet.show(award=held, visibility="private", by=held.holder)
    body = Client().get(page).content.decode()
    assert "og:" not in body
    assert "noindex" in body


def test_pages_kept_for_strangers_tell_each_destination_by_itself(held):
    for destination in ("x", "mail", "x"):
        body = Client().get(f"/verify/{held.pk}/?via={destination}").content.decode()
        assert f'/verify/{held.pk}/?via={destination}"' in body
    assert "?via=" not in Client().get(f"/verify/{held.pk}/?via=%22%3Cscript").content.decode()


def test_database_knows_no_other_destination(held):
    known = set(Share._meta.constraints[1].condition.children[0][1])
    assert known == {*EXPECTED, "own-link", "other"}
    assert Award.objects.get(pk=held.pk).shares.count() == 0
