"""One's own addresses: add one with proof, choose the main one, remove one."""

from __future__ import annotations

from collections.abc import Callable

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.actions import addresses as actions
from accounts.addresses import holder_of, proven_by
from accounts.forms import add_refusal
from accounts.staff import person_of
from accounts.views.common import done, require_form, sent
from policies.reasons import Refused

OFTEN = "You tried several times. Wait five minutes, then try again."


class AddressForm(forms.Form):
    """One more address."""

    email = forms.EmailField(
        label="Add an address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="We mail a link there. Once you open it, badges for that address come into this wallet.",
        error_messages={"required": "Type an address.", "invalid": "This is not an e-mail address."},
    )


class ProofForm(forms.Form):
    """The password of the other account, where it has one."""

    password = forms.CharField(
        label="The password of the account that has this address",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="That account becomes part of yours.",
    )


@require_form
def addresses(request: HttpRequest) -> HttpResponse:
    """My addresses; POST mails a link to a further one."""
    me = person_of(request)
    form = AddressForm(sent(request))
    if form.is_bound and not ratelimit.consume(request, action="address", key=str(me.pk)):
        form.add_error(None, OFTEN)
    answer = done(
        request,
        form,
        lambda: actions.ask(by=me, **form.cleaned_data),
        f"A link is on its way to {form['email'].value()}. Open it here, within a day.",
        reverse("addresses"),
    )
    own = proven_by(me)
    context = {"form": form, "main": own[0], "further": own[1:], "staff": me.is_staff}
    return answer or render(request, "accounts/addresses.html", context, status=409 if form.errors else 200)


@require_form
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: what will happen, and the button that does it."""
    me = person_of(request)
    try:
        proof = actions.proof_of(token, me)
    except Refused as error:
        return _refused(request, error.reasons[0].text, 410)
    except PermissionDenied as error:
        return _refused(request, str(error), 403)
    other = holder_of(proof.email)
    wrong = actions.merging_problem(other) if other else ""
    if wrong:
        return _refused(request, wrong, 409)
    asks = bool(other and other.has_usable_password())
    form = ProofForm(sent(request)) if asks else forms.Form(sent(request))
    if asks and form.is_bound and not ratelimit.consume(request, action="address_password", key=proof.email):
        form.add_error(None, OFTEN)
    if form.is_bound and form.is_valid():
        try:
            actions.prove(token=token, by=me, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, f"{proof.email} is yours. Badges for it are in this wallet.")
            return redirect("addresses")
    context = {
        "form": form,
        "title": f"Add {proof.email} to your account",
        "submit": "Add it",
        "changes": _changes(other is not None, proof.email),
        "final": ["Two accounts that became one are not parted again."] if other else [],
        "cancel_url": reverse("addresses"),
    }
    return render(request, "accounts/act.html", context, status=409 if form.errors else 200)


def _changes(merges: bool, email: str) -> list[str]:
    found = [f"Badges that are awarded to {email} from now on come into this wallet."]
    if merges:
        found += [
            "The badges and records that stand under that address come into this wallet too.",
            "Where you hold one credential under both addresses, the older badge stays.",
        ]
    return found


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "accounts/address_refused.html", {"sentence": sentence}, status=status)


@require_POST
def make_main(request: HttpRequest) -> HttpResponse:
    """Sign in by another of my addresses."""
    return _act(request, actions.make_main, "From now on you sign in by this address, and mail goes there.")


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Give up a further address."""
    return _act(request, actions.remove, "The address is removed. What came by it stays in your wallet.")


def _act(request: HttpRequest, act: Callable[..., object], said: str) -> HttpResponse:
    try:
        act(email=request.POST.get("email", "").replace("\x00", "")[:254], by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, said)
    return redirect("addresses")
