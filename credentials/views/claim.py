"""The mailed claim link. GET shows what it is about (mail scanners follow links); the page's POST acts once."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import add_refusal
from accounts.models import Person
from credentials.actions import accepting, claims, resending
from credentials.actions.resending import may_enter
from credentials.forms import AcceptForm, DeclineForm, PasswordForm
from credentials.looks import look_of
from credentials.models import Award, ClaimLink
from credentials.views import counted
from credentials.views.catalogue import image_address
from policies.reasons import Refused

# One clear pixel (GIF89a).
CLEAR = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
SAID = {
    "accept": "It is yours. Share it, print it or download it here.",
    "decline": "You declined it. Nobody sees it. You can take that back here at any time.",
    "enter": "This is your wallet.",
}
SAID_OUTSIDE = {
    "accept": "The badge is yours. Sign in to see it.",
    "decline": "You declined it. Nobody sees it. Sign in to take that back.",
    "enter": "Sign in to see your badges.",
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail is about; POST accepts, declines or opens the wallet, once. Unknown 404, used or too old 410."""
    link = claims.find(token)
    wrong = claims.problem(link)
    if link is None or wrong:
        return _dead_end(request, token, link, wrong)
    act = _act(request, link)
    forms_ = _forms(request, link, act)
    if request.method == "POST" and all(form.is_valid() for form in forms_[act]):
        try:
            used = _do(token, act, forms_[act])
        except Refused as error:
            wrong = claims.problem(claims.find(token))
            if wrong:  # used in the same moment in another window
                return _dead_end(request, token, claims.find(token), wrong)
            add_refusal(forms_[act][-1], error)
        else:
            return _open_wallet(request, used.person, act, used.award)
    return _page(request, link, act, forms_)


def answerable(award: Award | None) -> bool:
    """Whether there is an award that its holder can still accept or decline by this link."""
    return award is not None and award.accepted_at is None and not accepting.problem(award)


def _act(request: HttpRequest, link: ClaimLink) -> str:
    """What is asked; the page's main act when it is none of them."""
    offered = ("accept", "decline") if answerable(link.award) else ("enter",)
    asked = request.POST.get("act", "")
    return asked if asked in offered else offered[0]


def _forms(request: HttpRequest, link: ClaimLink, act: str) -> dict[str, list[forms.Form]]:
    """The forms of each act; what was sent stands in those of the act that was asked for."""

    def sent(name: str) -> Any:
        return request.POST if request.method == "POST" and act == name else None

    passwords = may_enter(link.person) and not link.person.has_usable_password()
    found: dict[str, list[forms.Form]] = {
        "accept": [AcceptForm(sent("accept"))],
        "decline": [DeclineForm(sent("decline"))],
        "enter": [],
    }
    for name in ("accept", "enter") if passwords else ():
        found[name].append(PasswordForm(sent(name)))
    return found


def _do(token: str, act: str, filled: list[forms.Form]) -> ClaimLink:
    given: dict[str, Any] = {}
    for form in filled:
        given |= form.cleaned_data
    if act == "accept":
        return claims.accept(token=token, **given)
    if act == "decline":
        return claims.decline(token=token, **given)
    return claims.use(token=token, **given)


def _page(
    request: HttpRequest, link: ClaimLink, act: str, offered: dict[str, list[forms.Form]]
) -> HttpResponse:
    award = link.award
    if award and request.method == "GET":
        counted.claim_opened(request, award)
    failed = any(form.errors for form in offered[act])
    context = {
        "award": award,
        "link": link,
        "answerable": answerable(award),
        "over": accepting.problem(award) if award else "",
        "fields": offered["accept" if answerable(award) else "enter"],
        "decline": offered["decline"][0],
        "failed": next((form for form in offered[act] if form.errors), None),
        "declining": failed and act == "decline",
        "institution": look_of(award.institution, award.version.policy_id) if award else None,
        "image_url": image_address(award.definition) if award else "",
        "image_alt": award.definition.image_alt if award else "",
        "opens": may_enter(link.person),
    }
    response = render(request, "credentials/claim.html", context, status=409 if failed else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _open_wallet(request: HttpRequest, person: Person, act: str, award: Award | None) -> HttpResponse:
    entered = may_enter(person)
    if entered:
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, (SAID if entered else SAID_OUTSIDE)[act])
    return redirect("wallet_badge", award.pk) if award else redirect("wallet")


def _dead_end(
    request: HttpRequest, token: str, link: ClaimLink | None, sentence: str, status: int = 0
) -> HttpResponse:
    """The page of a link that opens nothing; whoever has used it and is signed in just goes on."""
    if link and link.used_at and link.person_id == request.user.pk:
        return redirect("wallet_badge", link.award_id) if link.award_id else redirect("wallet")
    context = {"sentence": sentence, "token": token if link else "", "award": link and link.award}
    return render(request, "credentials/dead_link.html", context, status=status or (410 if link else 404))


@login_not_required
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a new link in place of one that opens nothing any more, and say where it goes."""
    try:
        link = resending.replace_link(token=token)
    except Refused as error:
        found = claims.find(token)
        return _dead_end(request, token, found, error.reasons[0].text, status=409 if found else 404)
    context = {"address": masked(link.person.email), "award": link.award}
    return render(request, "credentials/link_sent.html", context)


@login_not_required
@require_safe
def mail_seen(request: HttpRequest, token: str) -> HttpResponse:
    """The picture in a mail whose reader agreed that its opening is counted: one clear pixel, kept nowhere. 404 for a
    made-up address."""
    award = claims.pictured(token)
    if award is None:
        raise Http404
    counted.mail_seen(request, award)
    response = HttpResponse(CLEAR, content_type="image/gif")
    response["Cache-Control"] = "private, no-store"
    return response


def masked(email: str) -> str:
    """Enough of an address to know one's own by, and no more: a••••@campus.example."""
    name, _, host = email.partition("@")
    return f"{name[:1]}••••@{host}"


class AddressForm(forms.Form):
    """Whose wallet to open."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="The one to which the message about your badge came, or another that you added in your wallet.",
        error_messages={"required": "Type your address.", "invalid": "This is not an e-mail address."},
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def wallet_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link that opens one's wallet. The answer is the same whether or not anybody has the address."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not ratelimit.consume(request, action="wallet_link", key=email.lower()):
            form.add_error(None, "You asked several times. Wait five minutes, then try again.")
            return render(request, "credentials/wallet_link.html", {"form": form}, status=429)
        resending.send_wallet_link(email=email)
        return render(request, "credentials/link_sent.html", {"asked": email})
    status = 409 if form.errors else 200
    return render(request, "credentials/wallet_link.html", {"form": form}, status=status)
