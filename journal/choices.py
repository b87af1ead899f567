"""The pages on which people choose how they want their mail, and the same over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given
from accounts.staff import person_of
from journal import choosing
from journal.actions.choices import agree, choose, stop
from journal.models import How

if TYPE_CHECKING:
    from accounts.models import Person

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


COUNTED = "opening_counted"
COUNTED_HELP = (
    "Such mail then holds a small picture of ours, and that it was asked for is counted: once a mail, to tell how many are "
    "opened. Nobody sees whether you opened yours. Without your yes nothing is counted."
)


class ChoicesForm(forms.Form):
    """A question a kind of mail."""

    def __init__(self, chosen: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, initial=chosen)
        for offer in choosing.offers():
            ways = [(way.value, way.label) for way in offer.ways]
            self.fields[offer.kind] = forms.ChoiceField(label=offer.label, choices=ways)
        self.fields[COUNTED] = forms.BooleanField(
            label="It may be counted when I open mail about my badges", required=False, help_text=COUNTED_HELP
        )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The questions under two headings: what somebody waits for, and what one is only told of."""
        needed = {offer.kind for offer in choosing.offers() if offer.needed}
        told = {offer.kind for offer in choosing.offers()} - needed
        return [
            ("Somebody waits for you", [field for field in self if field.name in needed]),
            ("You are told", [field for field in self if field.name in told]),
            ("What is counted", [self[COUNTED]]),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def mail_choices(request: HttpRequest) -> HttpResponse:
    """Which mail at once, which once a day, which not at all."""
    me = person_of(request)
    initial: dict[str, Any] = {**choosing.chosen(me), COUNTED: me.pk in choosing.who_agreed([me.pk])}
    form = ChoicesForm(initial, request.POST or None)
    if request.method == "POST" and form.is_valid():
        counted = form.cleaned_data.pop(COUNTED)
        choose(by=me, choices=form.cleaned_data)
        agree(by=me, counted=counted)
        messages.success(request, "Your mail comes as you chose.")
        return redirect("mail_choices")
    status = 409 if form.errors else 200
    return render(request, "journal/choices.html", {"form": form}, status=status)


@csrf_exempt  # the address is the secret; programs that read mail send the POST themselves (RFC 8058)
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """From a digest, without signing in: turn off all mail that one can do without. Only a POST does it."""
    person = choosing.stopper(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        stop(by=person)
    kinds = [offer.label for offer in choosing.offers() if not offer.needed]
    context = {"kinds": kinds, "address": person.email, "done": request.method == "POST"}
    return render(request, "journal/stop.html", context)


class Choices(serializers.Serializer[Any]):
    """By kind of mail: immediate, digest, weekly or none."""

    choices = serializers.DictField(child=serializers.ChoiceField(choices=How.choices), required=False)
    opening_counted = serializers.BooleanField(required=False)


@extend_schema(methods=["GET"], responses=dict)
@extend_schema(methods=["POST"], request=Choices, responses={200: dict, 409: REFUSED})
@api_view(["GET", "POST"])
def api_choices(request: Request) -> Response:
    """How you want each kind of mail that can be chosen, and whether it may be counted that you open mail about your
    badges; POST changes what it names."""
    me = caller(request)
    if request.method == "POST":
        _choose(me, given(Choices(data=request.data)))
    chosen = choosing.chosen(me)
    return Response(
        {
            COUNTED: me.pk in choosing.who_agreed([me.pk]),
            "choices": [
                {
                    "kind": offer.kind,
                    "label": offer.label,
                    "how": chosen[offer.kind],
                    "ways": list(offer.ways),
                }
                for offer in choosing.offers()
            ],
        }
    )


def _choose(me: Person, sent: dict[str, Any]) -> None:
    if "choices" in sent:
        choose(by=me, choices=sent["choices"])
    if COUNTED in sent:
        agree(by=me, counted=sent[COUNTED])
