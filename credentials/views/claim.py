"""The mailed claim link. GET shows what it is about (mail scanners follow links); the page's POST opens the wallet."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from credentials.actions import claims
from credentials.looks import look_of
from credentials.models import ClaimLink
from credentials.views.catalogue import image_address
from policies.reasons import Refused


class PasswordForm(forms.Form):
    """A password for coming back; may be left for later."""

    password = forms.CharField(
        label="A password, so that you can come back",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. You may leave it empty and set one later.",
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail is about; POST uses the link once. Unknown 404, used or too old 410."""
    link = claims.find(token)
    wrong = claims.problem(link)
    if link is None or wrong:
        return _dead_end(request, link, wrong)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person = claims.use(token=token, password=form.cleaned_data["password"])
        except Refused as error:
            wrong = claims.problem(claims.find(token))
            if wrong:  # used in the same moment in another window
                return _dead_end(request, claims.find(token), wrong)
            for reason in error.reasons:
                form.add_error("password", reason.text)
        else:
            return _open_wallet(request, person)
    return _page(request, link, form)


def _page(request: HttpRequest, link: ClaimLink, form: PasswordForm) -> HttpResponse:
    award = link.award
    context = {
        "award": award,
        "form": form,
        "institution": look_of(award.institution, award.version.policy_id) if award else None,
        "image_url": image_address(award.definition) if award else "",
        "image_alt": award.definition.image_alt if award else "",
        "asks_password": not link.person.has_usable_password(),
        "opens": may_enter(link.person),
    }
    response = render(request, "credentials/claim.html", context, status=409 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def may_enter(person: Person) -> bool:
    """Whether a mailed link signs this person in: never staff, never past a second factor."""
    return person.is_active and not person.is_staff and not is_mfa_enabled(person)


def _open_wallet(request: HttpRequest, person: Person) -> HttpResponse:
    if not may_enter(person):
        messages.info(request, "The badge is yours. Sign in to see it.")
        return redirect("wallet")
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, "This is your wallet. The badge is yours.")
    return redirect("wallet")


def _dead_end(request: HttpRequest, link: ClaimLink | None, sentence: str) -> HttpResponse:
    """The page of a link that opens nothing; whoever has used it and is signed in just goes on."""
    if link and link.used_at and link.person_id == request.user.pk:
        return redirect("wallet")
    status = 410 if link else 404
    return render(request, "credentials/dead_link.html", {"sentence": sentence}, status=status)
