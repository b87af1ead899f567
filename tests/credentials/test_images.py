"""The badge's image: who sets it, what is taken, what is refused, in the browser and by the API."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from credentials.actions import images
from credentials.models import Standing
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import definition, picture, texts
from tests.support import api_for, site_for

NO_IMAGE = "This is not a PNG, JPEG, WebP or SVG image."


@pytest.fixture
def model(campus):
    return campus("model")


def saved(made):
    made.refresh_from_db()
    with made.image.open("rb") as file:
        return Image.open(io.BytesIO(file.read()))


def file_of(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return SimpleUploadedFile("badge.png", out.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "side"), [((400, 400), 400), ((1200, 1200), 600), ((800, 400), 600), ((200, 500), 500)]
)
def test_image_becomes_a_square_png(model, kind, size, side):
    made = definition(model)
    images.set_image(definition=made, upload=picture(size, kind), alt="A ring", by=model.programme_manager)
    found = saved(made)
    assert (found.format, found.size) == ("PNG", (side, side))
    assert made.image_alt == "A ring"


def test_setting_the_image_is_recorded(model):
    made = definition(model)
    images.set_image(definition=made, upload=picture(), alt="A ring", by=model.programme_manager)
    entry = Entry.objects.filter(subject_id=made.pk).latest("number")
    assert (entry.act, entry.by_id) == ("badge image set", model.programme_manager.pk)


def test_another_picture_has_another_name_wherever_files_are_kept(model, settings):
    """A store that writes over what has the same name, such as S3, must not hide that the picture changed."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"allow_overwrite": True},
        }
    }
    made, names = definition(model), []
    for side in (300, 400, 400):
        upload = picture((side, side))
        made = images.set_image(definition=made, upload=upload, alt="A ring", by=model.programme_manager)
        names.append(made.image.name)
    assert names[0] != names[1] == names[2]


def test_metadata_of_the_image_is_left_behind(model):
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("openbadgecredential", '{"a": 1}')
    notes.add_text("Author", "Somebody's name")
    upload = file_of(Image.new("RGB", (300, 300)), pnginfo=notes)
    made = definition(model)
    images.set_image(definition=made, upload=upload, alt="Black", by=model.programme_manager)
    with made.__class__.objects.get(pk=made.pk).image.open("rb") as file:
        content = file.read()
    assert b"openbadgecredential" not in content
    assert b"Somebody" not in content


def refused(model, upload, alt="A ring", made=None):
    made = made or definition(model)
    with pytest.raises(Refused) as error:
        images.set_image(definition=made, upload=upload, alt=alt, by=model.programme_manager)
    made.refresh_from_db()
    assert not made.image
    return [(reason.field, reason.text) for reason in error.value.reasons]


def test_what_is_no_image_is_refused(model):
    bomb = SimpleUploadedFile("bomb.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 500)
    gif = file_of(Image.new("RGB", (300, 300)), "GIF")
    cut = SimpleUploadedFile("cut.png", picture().read()[:900])
    for upload in (bomb, gif, cut, SimpleUploadedFile("empty.png", b"")):
        assert refused(model, upload) == [("file", NO_IMAGE)]


def test_image_beyond_the_limits_is_refused(model):
    assert refused(model, picture((199, 400)))[0][1].startswith("The image is too small")
    assert refused(model, file_of(Image.new("1", (6000, 6000))))[0][1].startswith(
        "The image has too many pixels"
    )
    big = SimpleUploadedFile("big.png", b"x" * (5 * 1024 * 1024 + 1))
    assert refused(model, big) == [("file", "The image is larger than 5 MB.")]
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "blue")]
    moving = file_of(frames[0], save_all=True, append_images=frames[1:])
    assert refused(model, moving) == [("file", "The image is animated; a badge stands still.")]


def test_image_without_words_is_refused(model):
    assert refused(model, picture(), alt="  ")[0][0] == "alt"


@pytest.mark.parametrize("who", ["proposer", "issuer", "registrar", "administrator", "stranger", "learner"])
def test_only_the_programme_manager_sets_it(model, who):
    with pytest.raises(PermissionDenied):
        images.set_image(definition=definition(model), upload=picture(), alt="A", by=getattr(model, who))


def test_browser_shows_the_form_to_the_programme_manager_alone(model):
    made = definition(model)
    path = f"/catalogue/{made.slug}/image/upload/"
    site = site_for(model.programme_manager)
    assert f'href="/catalogue/{made.slug}/image/"' in site.get(f"/catalogue/{made.slug}/").content.decode()
    assert f'href="{path}"' in site.get(f"/catalogue/{made.slug}/image/").content.decode()
    page = site.post(path, {"file": picture(), "alt": "A ring on blue"}, follow=True)
    assert page.redirect_chain == [(f"/catalogue/{made.slug}/", 302)]
    assert "The badge has its image." in texts(page)
    assert saved(made).size == (400, 400)
    assert site_for(model.proposer).get(path).status_code == 403
    assert site_for(model.proposer).post(path, {"alt": "x"}).status_code == 403
    assert "/image/" not in site_for(model.proposer).get(f"/catalogue/{made.slug}/").content.decode()


def test_browser_tells_each_mistake_at_its_field_and_keeps_the_words(model):
    path = f"/catalogue/{definition(model).slug}/image/upload/"
    site = site_for(model.programme_manager)
    page = site.post(path, {"file": SimpleUploadedFile("a.png", b"nothing"), "alt": "A ring"})
    assert page.status_code == 409
    assert 'href="#id_file"' in page.content.decode()
    assert 'value="A ring"' in page.content.decode()


def test_api_sets_it_and_refuses_in_its_own_shape(model):
    made = definition(model)
    path = f"/api/v1/definitions/{made.pk}/image/"
    api = api_for(model.programme_manager)
    wrong = api.post(path, {"file": SimpleUploadedFile("a.png", b"nothing"), "alt": "A"}, format="multipart")
    assert wrong.status_code == 409
    assert wrong.json()["reasons"] == [{"clause": "", "text": NO_IMAGE, "field": "file"}]
    assert api.post(path, {"alt": "A"}, format="multipart").status_code == 400
    answer = api.post(path, {"file": picture(), "alt": "A ring"}, format="multipart")
    assert (answer.status_code, answer.json()["has_image"]) == (200, True)
    assert (
        api_for(model.issuer).post(path, {"file": picture(), "alt": "A"}, format="multipart").status_code
        == 403
    )
    hidden = definition(model, Standing.DRAFT)
    other = api_for(model.stranger)
    hidden_path = f"/api/v1/definitions/{hidden.pk}/image/"
    assert other.post(hidden_path, {"file": picture()}, format="multipart").status_code == 404


RING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" data-by="me"><circle cx="5" cy="5" r="4"/></svg>"""
KEPT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="600" height="600" role="img">'
    "<title>Reading fire data</title><desc>A disc</desc>"
    '<circle cx="5" cy="5" r="4"/></svg>\n'
)
ACTS = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"\n onload="alert(1)"/>"""
SCRIPT = "The drawing holds a script (line 1). Take it out; a badge stands still and does nothing."


def svg(content=RING, name="badge.svg"):
    return SimpleUploadedFile(name, content, "image/svg+xml")


def test_drawing_is_kept_made_safe_and_drawn_as_pixels(model):
    made = definition(model)
    images.set_image(definition=made, upload=svg(), alt="A disc", by=model.programme_manager)
    assert (saved(made).format, saved(made).size) == ("PNG", (600, 600))
    with made.drawing.open("rb") as file:
        assert file.read().decode() == KEPT
    images.set_image(definition=made, upload=picture(), alt="A ring", by=model.programme_manager)
    made.refresh_from_db()
    assert not made.drawing


def test_file_is_known_by_its_content_and_not_by_its_name(model):
    made = definition(model)
    images.set_image(definition=made, upload=svg(name="badge.png"), alt="A", by=model.programme_manager)
    assert images.set_image(
        definition=made,
        upload=SimpleUploadedFile("badge.svg", picture().read()),
        alt="A",
        by=model.programme_manager,
    ).image
    assert saved(made).size == (400, 400)


def test_drawing_that_acts_is_refused_everywhere_in_the_same_words(model):
    made = definition(model)
    assert refused(model, svg(ACTS), made=made) == [("file", SCRIPT)]
    page = site_for(model.programme_manager).post(
        f"/catalogue/{made.slug}/image/upload/", {"file": svg(ACTS), "alt": "A"}
    )
    assert page.status_code == 409
    assert SCRIPT in texts(page)
    path = f"/api/v1/definitions/{made.pk}/image/"
    answer = api_for(model.programme_manager).post(path, {"file": svg(ACTS), "alt": "A"}, format="multipart")
    assert answer.status_code == 409
    assert answer.json()["reasons"] == [{"clause": "", "text": SCRIPT, "field": "file"}]
    assert (
        api_for(model.programme_manager)
        .post(path, {"file": svg(), "alt": "A"}, format="multipart")
        .status_code
        == 200
    )


def test_drawing_is_served_as_a_picture_alone(model, client):
    made = definition(model)
    path = f"/catalogue/{made.slug}/badge.svg"
    assert client.get(path).status_code == 404
    images.set_image(definition=made, upload=svg(), alt="A disc", by=model.programme_manager)
    answer = client.get(path)
    assert (answer.status_code, answer.content.decode()) == (200, KEPT)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    )
    assert answer["Content-Disposition"] == f'attachment; filename="{made.slug}.svg"'
    assert client.get(f"/catalogue/{made.slug}/badge.png")["X-Content-Type-Options"] == "nosniff"


def test_drawing_of_what_is_not_approved_is_for_its_campus(model, client):
    made = definition(model, Standing.DRAFT)
    images.set_image(definition=made, upload=svg(), alt="A disc", by=model.programme_manager)
    path = f"/catalogue/{made.slug}/badge.svg"
    assert client.get(path).status_code == 404
    assert site_for(model.stranger).get(path).status_code == 404
    assert site_for(model.programme_manager).get(path)["Cache-Control"] == "private, no-store"
