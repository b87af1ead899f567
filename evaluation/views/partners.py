"""Ask employers and partners about a programme: addresses by form or by list."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.staff import person_of
from credentials.models import Definition
from evaluation.actions import partners
from evaluation.models import Audience, Invitation, Survey
from evaluation.reach import definitions_directed
from issuance.views.frame import on_site, put_refusal
from policies.reasons import Refused

LIMIT = 256 * 1024
SHOWN = 50


class PartnersForm(forms.Form):
    """Which survey, and whom to ask."""

    survey = forms.ModelChoiceField(queryset=Survey.objects.none(), empty_label=None)
    addresses = forms.CharField(
        label="Addresses",
        required=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"One on each line, or a list with other columns. At most {partners.AT_ONCE} at once.",
    )
    file = forms.FileField(
        label="Or a list as a file",
        required=False,
        allow_empty_file=True,
        help_text="CSV or plain text.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Survey.objects.asked().filter(
            institution=definition.institution_id, audience=Audience.PARTNERS
        )
        field = self.fields["survey"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = rows.select_related("current")
        field.initial = rows.first()

    def clean_file(self) -> str:
        """Its text."""
        file = self.cleaned_data.get("file")
        if file is None:
            return ""
        if file.size > LIMIT:
            raise forms.ValidationError("This file is larger than a list of addresses can be.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError("This is not a text file. Save the list as CSV (UTF-8).") from None

    def lines(self) -> list[str]:
        """All lines that were given, without the heading of the file."""
        listed = self.cleaned_data["file"].splitlines()
        heading = 1 if listed and "@" not in listed[0] else 0
        return [*self.cleaned_data["addresses"].splitlines(), *listed[heading:]]


@require_http_methods(["GET", "HEAD", "POST"])
def survey_partners(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Whom was asked of employers and partners; POST asks further ones."""
    rows = definitions_directed(person_of(request)).select_related("institution__in_force", "unit", "current")
    definition = get_object_or_404(rows, pk=key)
    sent = request.method == "POST"
    form = PartnersForm(definition, request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid() and _asked(request, form, definition):
        return redirect("survey_partners", definition.pk)
    asked = Invitation.objects.filter(definition=definition, survey__audience=Audience.PARTNERS)
    context = {
        "definition": definition,
        "form": form,
        "asked": asked.exclude(email="").order_by("-created_at", "email")[:SHOWN],
        "errors_title": "Nobody is asked yet: please look at this",
    }
    status = 409 if form.errors else 200
    return on_site(request, "evaluation/partners.html", definition.institution, context, status)


def _asked(request: HttpRequest, form: PartnersForm, definition: Definition) -> bool:
    try:
        found = partners.ask(
            survey=form.cleaned_data["survey"],
            definition=definition,
            addresses=form.lines(),
            by=person_of(request),
        )
    except Refused as error:
        put_refusal(form, error)
        return False
    said = [f"{found.number} will be asked by mail."]
    if found.lately:
        said.append(f"{found.lately} were asked within 90 days and are left out.")
    if found.stopped:
        said.append(f"{found.stopped} do not want to be asked and are left out.")
    messages.success(request, " ".join(said))
    return True
