"""An award's address: a page for people; JSON, JWT or a baked image for machines. And the verification page."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from credentials import checking
from credentials.facts import keys_of
from credentials.models import Award
from credentials.models.award import Visibility
from credentials.openbadges import bake, jwt
from credentials.openbadges.verify import Answer
from journal import clock

JSON_TYPE = "application/vc+ld+json"
QUESTIONS = {
    "document": "Is it a credential?",
    "issuer": "Is it from whom it says?",
    "signature": "Is it unchanged?",
    "dates": "Are its dates in order?",
    "status": "Is it in force?",
    "recipient": "Is it this person's?",
}


class NoAward(Http404):
    """The address names no award; `malformed` when it cannot be one."""

    def __init__(self, malformed: bool) -> None:
        super().__init__("No such award")
        self.malformed = malformed


def find(key: str) -> Award:
    """The award behind an address with all that its pages show, in one query; raises NoAward."""
    try:
        wanted = uuid.UUID(key)
    except ValueError as error:
        raise NoAward(malformed=True) from error
    rows = Award.objects.select_related("institution", "definition", "version__policy")
    award = rows.annotate(text=Cast("document", TextField())).defer("document").filter(pk=wanted).first()
    if award is None:
        raise NoAward(malformed=False)
    return award


def unknown(request: HttpRequest, error: NoAward, machine: bool) -> HttpResponse:
    """400 for what cannot be an address of an award, 404 for one that we never gave out; each says what to do."""
    status = 400 if error.malformed else 404
    if machine:
        word = "This is not the address of an award." if error.malformed else "There is no such award here."
        return answer({"detail": word, "reasons": []}, status=status)
    return render(request, "credentials/no_award.html", {"malformed": error.malformed}, status=status)


def answer(data: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(json.dumps(data), content_type="application/json", status=status)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def hidden_from(request: HttpRequest, award: Award) -> bool:
    """Whether the holder keeps it private from this visitor, who came by no shared link."""
    if award.visibility != Visibility.PRIVATE or award.holder_id == request.user.pk:
        return False
    token = request.GET.get("link", "")
    return not (token and award.share_links.filter(token=token, withdrawn_at__isnull=True).exists())


@login_not_required
@require_safe
def award(request: HttpRequest, key: str) -> HttpResponse:
    """`/awards/<id>` with .json, .jwt, .png or by the Accept header; the verification page for people."""
    name, _, ending = key.partition(".")
    form = ending or _wanted(request)
    if form == "html":
        return redirect("verify", name)
    if form not in FORMS:
        return unknown(request, NoAward(malformed=True), machine=True)
    try:
        found = find(name)
    except NoAward as error:
        return unknown(request, error, machine=True)
    if hidden_from(request, found):
        return answer({"detail": "Its holder keeps this award private.", "reasons": []}, status=403)
    status = found.status_on(clock.today())
    if status in ("revoked", "superseded"):
        return answer({"detail": checking.STATUS_WORDS[status][1], "status": status, "reasons": []}, status=410)
    if not found.status_list_id:
        return answer({"detail": "This award is a notation on a record; it has no file.", "reasons": []}, status=404)
    response = FORMS[form](found)
    response["Access-Control-Allow-Origin"] = "*"
    response["Vary"] = "Accept"
    return response


def _wanted(request: HttpRequest) -> str:
    """What the Accept header asks for; people's browsers ask for HTML."""
    wanted = request.headers.get("Accept", "")
    if "text/html" in wanted:
        return "html"
    for part, form in (("json", "json"), ("jwt", "jwt"), ("image/png", "png"), ("text/plain", "jwt")):
        if part in wanted:
            return form
    return "html" if not wanted or "text/" in wanted else "json"


def _json(award: Award) -> HttpResponse:
    return HttpResponse(award.text, content_type=JSON_TYPE)  # type: ignore[attr-defined]


def _jwt(award: Award) -> HttpResponse:
    return HttpResponse(token_of(award), content_type="text/plain; charset=utf-8")


def token_of(award: Award) -> str:
    """The credential as a VC-JWT; the Data Integrity proof is not part of it."""
    document = json.loads(award.text)  # type: ignore[attr-defined]
    document.pop("proof", None)
    return jwt.encode(document, keys_of(award.institution).jwt_key, kid=_kid(award))


def _kid(award: Award) -> str:
    keys = keys_of(award.institution)
    return f"{settings.ISSUER_ORIGIN}/issuers/{award.institution.slug}/keys/{keys.jwt_key.kid}.json"


def _png(award: Award) -> HttpResponse:
    if not award.definition.image:
        return answer({"detail": "This badge has no image.", "reasons": []}, status=404)
    with award.definition.image.open("rb") as file:
        baked = bake.bake_png(file.read(), award.text)  # type: ignore[attr-defined]
    response = HttpResponse(baked, content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="{award.definition.slug}.png"'
    return response


def file_names(award: Award) -> dict[str, str]:
    """The last part of the addresses of an award's files, for templates."""
    return {f"{form}_name": f"{award.pk}.{form}" for form in ("json", "jwt", "png")}


FORMS = {"json": _json, "jwt": _jwt, "png": _png}


@login_not_required
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """Is it genuine, in force, this person's; what was learned; how it was approved; the file. Only POST asks for a match."""
    try:
        found = find(key)
    except NoAward as error:
        return unknown(request, error, machine=False)
    status = found.status_on(clock.today())
    email = request.POST.get("email", "").strip()[:254] if request.method == "POST" else ""
    report = checking.check_ours(
        json.loads(found.text),  # type: ignore[attr-defined]
        found.text,  # type: ignore[attr-defined]
        checking.status_check(status),
        clock.now(),
        email,
    ) if found.status_list_id else None
    context = {
        "award": found,
        "version": found.version,
        "institution": found.institution,
        "hidden": hidden_from(request, found),
        "status": status,
        "answers": answers_of(report) if report else [],
        "verdict": _verdict(report, status),
        "email": email,
        "link": request.GET.get("link", ""),
        **file_names(found),
    }
    code = {"revoked": 410, "superseded": 410}.get(status, 200)
    return render(request, "credentials/verify.html", context, status=code)


def answers_of(report: checking.Report) -> list[dict[str, Any]]:
    """The checks as the three-answers component shows them."""
    return [
        {"question": QUESTIONS.get(c.key, c.key), "answer": c.answer.value, "meaning": c.sentence}
        for c in report.checks
    ]


def _verdict(report: checking.Report | None, status: str) -> str:
    if report is None:
        return "yes" if status == "valid" else "no"
    if any(c.answer is Answer.NO for c in report.checks):
        return "no"
    return "yes" if report.ok else "unknown"
