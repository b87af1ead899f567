"""An award's address: its files for programs and for people; who comes with a browser is led to the verification page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials.checking import ours
from credentials.files.forms import FORMS, LD_JSON, OLDER, Form, NoFile
from credentials.models import Award
from credentials.models.award import Visibility
from credentials.openbadges import did, ob2
from credentials.views.finding import NOT_ACCEPTED, NoAward, find, hidden_from, kept_from
from credentials.views.machines import MINUTE, answer, refusal
from credentials.views.negotiation import preferred
from journal import clock

HTML = "text/html"
# What the Accept header may ask for, and the form that it is; of those that are as welcome, the first one is given.
OFFERED = {kind: ending for ending, form in FORMS.items() for kind in form.kinds} | {HTML: "html"}
PREFERENCE = sorted(
    OFFERED, key=lambda kind: ("json", "html", "jwt", "png", "svg", "pdf").index(OFFERED[kind])
)
DOWNLOADS = ("png", "svg", "pdf", "ob2.png")
NO_SUCH_FORM = f"An award has no such file. It comes as {', '.join(f'.{ending}' for ending in FORMS)}."
NOT_OFFERED = f"An award comes as none of what was asked for, but as {', '.join(PREFERENCE)}."
ERASED = "Its holder had erased what says whose it was. The file that they have still verifies."
PARTLY = "Its holder keeps a part of it private, so its files, which hold all of it, are for them alone. Ask them for it."
# What an SVG of ours may do when somebody opens it by itself: be looked at.
STILL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
GONE = ("revoked", "superseded")


@login_not_required
@require_safe
def award(request: HttpRequest, key: str) -> HttpResponse:
    """`/awards/<id>` by the Accept header, or with .json, .jwt, .png, .svg, .pdf.

    400 and 404 for what is no award, 403 for a private or suspended one, 406 for what it does not come as, 410 for one
    that is not in force any more.
    """
    name, _, ending = key.partition(".")
    if ending:
        return _file(request, name, ending, "")
    kind = preferred(request.headers.get("Accept", HTML), PREFERENCE)
    if kind is None:
        response = refusal(NOT_OFFERED, 406)
    elif kind == HTML:
        response = _page(request, name)
    else:
        response = _file(request, name, OFFERED[kind], kind)
    patch_vary_headers(response, ["Accept"])
    return response


@login_not_required
@require_safe
def older(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """`/awards/<id>/ob2.json`: the award for readers of Open Badges 2.0; refused as the other files are."""
    return _file(request, key, f"ob2.{ending}", "")


def _page(request: HttpRequest, name: str) -> HttpResponse:
    link = request.GET.get("link", "")
    return redirect(reverse("verify", args=[name]) + (f"?{urlencode({'link': link})}" if link else ""))


def _file(request: HttpRequest, name: str, ending: str, kind: str) -> HttpResponse:
    """The file in this form, said to be of this kind when it was asked for by that name."""
    form = FORMS.get(ending)
    if form is None:
        return _refusal(request, NO_SUCH_FORM, 404)
    read: Callable[[uuid.UUID], Award | None] = (
        Award.objects.stored if ending == "json" else Award.objects.shown
    )
    try:
        found = find(name, read)
        return _refused(request, found, ending) or _answer(found, form, kind)
    except NoAward as error:
        no = "This is not the address of an award." if error.malformed else "There is no such award here."
        return _refusal(request, no, error.status)
    except NoFile as error:
        return _refusal(request, error.sentence, error.status)


def _refused(request: HttpRequest, award: Award, ending: str) -> HttpResponse | None:
    """Why this visitor gets no file; None when they do."""
    if award.erased_at:
        return _refusal(request, ERASED, 410, award)
    if hidden_from(request, award):
        private = "Its holder keeps this award private." if award.accepted_at else NOT_ACCEPTED
        return _refusal(request, private, 403, award)
    if kept_from(request, award):
        return _refusal(request, PARTLY, 403, award)
    status = award.status_on(clock.today())
    if status in GONE and ending == OLDER:
        gone = ob2.revoked(did.award_url(settings.ISSUER_ORIGIN, award.pk))
        return answer(gone, LD_JSON, status=410, seconds=0)
    if status in (*GONE, "suspended"):
        words = ours.STATUS_WORDS[status][1]
        return _refusal(request, words, 410 if status in GONE else 403, award, status=status)
    if not award.status_list_id:
        return _refusal(request, "This award is a notation on a record; it has no file.", 404, award)
    return None


def _answer(award: Award, form: Form, kind: str) -> HttpResponse:
    kind = "" if kind == "text/plain" else kind  # which says its character set
    response = answer(form.make(award), kind or form.kind, seconds=_kept(award))
    if form.ending in DOWNLOADS:
        name = f"{award.badge_slug}{'-2.0' if form.ending.startswith('ob2') else ''}.{form.ending.split('.')[-1]}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    if form.ending == "svg":
        response["Content-Security-Policy"] = STILL
    return response


def _refusal(
    request: HttpRequest, sentence: str, code: int, award: Award | None = None, **more: str
) -> HttpResponse:
    """The sentence as a page for people, as JSON for programs."""
    if HTML in request.headers.get("Accept", ""):
        context = {"sentence": sentence, "code": code, "key": award.pk if award else None}
        response = render(request, "credentials/no_file.html", context, status=code)
        response["Cache-Control"] = "private, no-store"
    else:
        response = refusal(sentence, code, **more)
    patch_vary_headers(response, ["Accept"])
    return response


def _kept(award: Award) -> int:
    """For how long others may keep the file: what one person alone may see is never kept."""
    alone = award.visibility == Visibility.PRIVATE or award.hidden or award.accepted_at is None
    return 0 if alone else MINUTE


def file_list(key: object, pictured: bool) -> dict[str, list[dict[str, str]]]:
    """An award's files with their addresses, for templates: those that most people want, and the others."""
    shown = [form for form in FORMS.values() if pictured or not form.pictured]
    rows = [
        {"url": address(key, form.ending), "label": form.label, "kind": form.short, "purpose": form.purpose}
        for form in shown
    ]
    most = sum(form.common for form in shown)
    return {"common": rows[:most], "others": rows[most:]}


def address(key: object, ending: str) -> str:
    """The path of a file of an award."""
    if ending.startswith("ob2."):
        return reverse("award_older", args=[key, ending.removeprefix("ob2.")])
    return reverse("award", args=[f"{key}.{ending}"])
