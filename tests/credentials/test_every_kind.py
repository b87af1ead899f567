"""Every form of every kind of award, made by the real actions, before our own page, our own verifier and those of others."""

from django.test import Client

from credentials.checking.anyone import check_any
from credentials.openbadges.verify import verify
from journal import clock
from tests.credentials.kinds import SLUGS, every_file, texts_of, written
from tests.credentials.openbadges_node import install, verdicts
from tests.credentials.published import Published

SOUND = {"proof": "pass", "endorsements": "pass", "status": "pass", "verifierCore": "pass"}


def told(content):
    return {str(check.answer) for check in check_any(content, clock.now()).checks}


def test_every_form_of_every_kind_is_accepted_by_our_page_by_what_is_published_and_by_others(
    campus, tmp_path
):
    held, found = every_file(campus)
    published = Published(SLUGS, [text for forms in found.values() for text in texts_of(forms)])
    for kind, forms in found.items():
        for form, content in forms.items():
            assert (kind, form, told(content)) == (kind, form, {"yes"})
            checks = verify(content, published.resolver(), clock.now()).checks
            assert (kind, form, {str(check.answer) for check in checks}) == (kind, form, {"yes"})
    for kind, one in held.items():  # what older consumers get
        for form in ("ob2.json", "ob2.png") if one.definition.image else ():
            assert (kind, form, told(Client().get(f"/awards/{one.pk}/{form}").content)) == (
                kind,
                form,
                {"yes"},
            )
    paths = written(found, tmp_path)
    with published.serving() as url:
        said = verdicts(install(), url, paths.values())
    assert said == {name: expected(name, found) for name in paths}


def expected(name, found):
    """What the npm verifiers are to say of a file; a kind that no body approved carries no statement of one."""
    kind, _, form = name.rpartition(".")
    if form == "jwt":
        return {"jws": "pass"}
    carries = b"EndorsementCredential" in found[kind]["json"]
    return SOUND if carries else {check: said for check, said in SOUND.items() if check != "endorsements"}
