"""What stands for a credential at its platform: made there, linked, shown with the badge's picture of today."""

import pytest
from django.urls import reverse

from issuance import pictures
from issuance.actions import templates
from issuance.models import PlatformTemplate
from journal.models import Entry
from policies.reasons import Refused
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import FACTS
from tests.issuance.support import awarded, credential, png, run_lane
from tests.support import site_for

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
accredible = platform_fixtures.accredible


def text(response):
    return " ".join(response.content.decode().split())


def page(definition):
    return reverse("definition_platform", args=[definition.pk])


def new_picture(definition):
    definition.image.save("badge.png", png(), save=True)


def test_template_is_made_from_the_definition_and_found_by_the_lane(campus, platforms):
    place = campus("cu_boulder")
    definition = credential(place)
    client = site_for(place.programme_manager)
    assert "Nothing stands for it there yet." in text(
        client.get(reverse("definition_setup", args=[definition.pk]))
    )
    assert "Make it now" in text(client.get(page(definition)))
    done = client.post(page(definition), {"act": "make"}, follow=True)
    assert "It is there now." in text(done)
    template = PlatformTemplate.objects.get()
    (row,) = platforms.state.templates("credly", "5a4d0c1e-0000-4000-8000-000000000001")
    assert (row["id"], row["name"], row["skills"]) == (
        template.remote_id,
        "Data Literacy",
        ["Reading data", "Questioning data", "Explaining data"],
    )
    assert row["alignments"][0]["name"] == "Reads data"
    assert row["image_url"].endswith(template.remote_id)
    assert Entry.objects.about("definition", definition.pk).filter(act="badge template made").exists()
    awarded(place, 1, definition)
    run_lane()
    assert len(platforms.state.templates("credly", "5a4d0c1e-0000-4000-8000-000000000001")) == 1
    assert client.post(page(definition), {"act": "make"}).status_code == 409


def test_template_made_by_hand_is_linked_once_it_can_be_used(campus, platforms, credly):
    place = campus("cu_boulder")
    definition, client = credential(place), site_for(place.programme_manager)
    by_hand = credly.ensure_template(FACTS)
    state = platforms.state

    def refused(remote_id, status=409):
        answer = client.post(page(definition), {"act": "link", "remote_id": remote_id})
        assert answer.status_code == status
        return text(answer)

    assert "Give the number that it has there." in refused("  ")
    assert "does not know the badge template nothing" in refused("nothing")
    assert 'value="nothing"' in refused("nothing")
    assert "does not know the badge template ../../x in" in refused("../../x")
    assert "Null characters are not allowed." in refused("x\x00")
    for change, said in (
        ({"state": "archived"}, "archived at Credly"),
        ({"state": "active", "owner": {"id": "other"}}, "belongs to another organisation"),
        (
            {"owner": {"id": "5a4d0c1e-0000-4000-8000-000000000001"}, "allow_duplicate_badges": True},
            "several badges for one person",
        ),
    ):
        account, row = state.template("credly", by_hand)
        state.save_template("credly", account, by_hand, row | change)
        assert said in refused(by_hand)
    usable = {"owner": {"id": account}, "allow_duplicate_badges": False}
    state.save_template("credly", account, by_hand, row | usable)
    linked = client.post(page(definition), {"act": "link", "remote_id": f" {by_hand} "}, follow=True)
    assert "made by hand and linked" in text(linked)
    awarded(place, 1, definition)
    run_lane()
    assert [row["template"] for row in state.held("credly")] == [by_hand]
    assert "Badges were sent by the one that is linked now" in refused("another")
    other = credential(place, facts={"title": "Other"})
    with pytest.raises(Refused, match="stands for another credential"):
        templates.link(definition=other, remote_id=by_hand, by=place.programme_manager)


def test_accredible_shows_a_design_of_its_own(campus, platforms):
    place = campus("model")
    definition, client = credential(place), site_for(place.programme_manager)
    assert "takes no picture from elsewhere" in text(client.get(page(definition)))
    assert client.post(page(definition), {"act": "design", "design": "seven"}).status_code == 409
    assert client.post(page(definition), {"act": "design", "design": "77"}).status_code == 302
    (group,) = platforms.state.templates("accredible", "1")
    template = PlatformTemplate.objects.get()
    assert (group["badge_design_id"], str(group["id"]), template.design) == (77, template.remote_id, "77")
    assert group["learning_outcomes"] == ["Reads data", "Questions data", "Explains data"]
    new_picture(definition)
    assert pictures.catch_up() == 0
    assert "Accredible takes no picture." in text(client.get(page(definition)))
    assert client.post(page(definition), {"act": "confirm"}).status_code == 302
    assert not pictures.behind().exists()


def test_new_picture_goes_to_credly_where_the_operator_lets_it(campus, platforms, settings):
    place = campus("cu_boulder")
    definition = credential(place)
    templates.make(definition=definition, by=place.programme_manager)
    assert pictures.catch_up() == 0
    new_picture(definition)
    platforms.state.save_template(
        "credly-images", "x", PlatformTemplate.objects.get().remote_id, {"data": ""}
    )
    assert pictures.catch_up() == 0
    said = PlatformTemplate.objects.get()
    assert said.problem == "Credly lets it be changed only on its own pages."
    assert pictures.catch_up() == 0  # and it is not asked again at once
    settings.CREDLY_TEMPLATE_UPDATES = "1"
    PlatformTemplate.objects.update(retry_at=None)
    assert pictures.catch_up() == 1
    _, sent = platforms.state.template("credly-images", said.remote_id)
    assert sent["data"].startswith("data:image/png;base64,iVBOR")
    assert PlatformTemplate.objects.get().problem == ""
    assert not pictures.behind().exists()


def test_picture_waits_while_the_platform_is_away(campus, platforms, settings):
    place = campus("cu_boulder")
    definition = credential(place)
    templates.make(definition=definition, by=place.programme_manager)
    settings.CREDLY_TEMPLATE_UPDATES = "1"
    settings.CREDLY_BASE_URL = "http://127.0.0.1:9/v1"
    new_picture(definition)
    assert pictures.catch_up() == 0
    assert PlatformTemplate.objects.get().problem == ""
    assert pictures.behind().exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("programme_manager", 200), ("registrar", 403), ("issuer", 403), ("stranger", 403)],
)
def test_page_is_for_whoever_makes_badges(campus, who, status):
    place = campus("cu_boulder")
    definition = credential(place)
    client = site_for(getattr(place, who))
    assert client.get(page(definition)).status_code == status
    assert client.post(page(definition), {"act": "confirm"}).status_code == (409 if status == 200 else status)
    if status == 200:
        assert client.post(page(definition), {"act": "explode"}).status_code == 404


def test_page_is_not_there_where_badges_go_nowhere(campus):
    place = campus("cu_denver")
    definition = credential(place)
    maker = place.programme_manager
    assert site_for(maker).get(page(definition)).status_code == 404
