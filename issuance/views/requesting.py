"""For those who request badges: what I may request, one learner by a form, a list with a dry run."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.clauses import mark, marked
from accounts.models import ListKind, UploadedList
from accounts.staff import person_of
from accounts.tables.templates import as_file
from accounts.upload_forms import ListForm
from accounts.views.taking import taken
from credentials.models import Definition
from issuance import lists
from issuance.actions import requests
from issuance.checking import checks
from issuance.checking.typed import Line
from issuance.forms import RecipientForm
from issuance.models import IssuanceRequest
from issuance.requesters import requestable
from issuance.views.frame import on_site, put_refusal
from issuance.views.setting_up import manageable
from policies.reasons import Refused

A_PAGE = 25


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What I may request, with what stands against it; my requests; for those who set up badges, what lacks."""
    person = person_of(request)
    rows = IssuanceRequest.objects.visible_to(person).filter(requested_by=person).counted()
    related = rows.select_related("definition__current").order_by("-created_at", "pk")
    context = {
        "page": Paginator(related, A_PAGE).get_page(request.GET.get("page")),
        "choices": [
            {
                "definition": one.definition,
                "reasons": marked(checks.policy_of(one.definition), one.reasons),
            }
            for one in requestable(person)
        ],
        "manageable": manageable(person),
        "lists": UploadedList.objects.visible_to(person).on_the_way(ListKind.RECIPIENTS)[:A_PAGE],
    }
    return on_site(request, "issuance/overview.html", None, context)


def definition_of(request: HttpRequest, key: uuid.UUID) -> Definition:
    """A credential that this person may see; another campus's unpublished one is 404."""
    rows = Definition.objects.visible_to(person_of(request)).filter(current__isnull=False)
    return get_object_or_404(rows.select_related("institution", "unit", "current__policy"), pk=key)


@require_safe
def template(request: HttpRequest, key: uuid.UUID, kind: str) -> HttpResponse:
    """The list to begin with, for one credential, as CSV or Excel."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    definition = definition_of(request, key)
    requests.require_requester(person_of(request), definition)
    return as_file(lists.template(definition), "recipients", "Recipients", kind)


def new(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One learner by a form; a list is checked on a page of its own. What stands against any request is said first."""
    definition, person = definition_of(request, key), person_of(request)
    requests.require_requester(person, definition)
    form = RecipientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        line = Line(number=1, **form.cleaned_data)
        try:
            made = requests.submit(definition=definition, lines=[line], by=person)
        except Refused as error:
            put_refusal(form, error)
        else:
            return _filed(request, made)
    return _new_page(request, definition, form, ListForm(auto_id="id_list_%s"))


def _filed(request: HttpRequest, made: IssuanceRequest) -> HttpResponse:
    office = made.version.policy.pack.actor_name(f"office:{made.certifier}")
    messages.success(request, f"Your request is with {office}.")
    return redirect("request", made.pk)


def _new_page(
    request: HttpRequest, definition: Definition, form: RecipientForm, upload: ListForm
) -> HttpResponse:
    policy = checks.policy_of(definition)
    pack = policy.pack
    context = {
        "definition": definition,
        "standing": marked(policy, checks.request_reasons(definition, person_of(request))),
        "form": form,
        "upload": upload,
        "recipient_clause": mark(policy, pack.issuance.recipient_clause),
        "completion_clause": mark(policy, pack.issuance.completion_clause),
        "completion": pack.issuance.completion_required,
    }
    refused = bool(form.errors or upload.errors)
    return on_site(
        request, "issuance/new.html", definition.institution, context, status=409 if refused else 200
    )


@require_POST
def send_list(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep a list that was sent; its own page says every line's verdict before anything is written."""
    definition, person = definition_of(request, key), person_of(request)
    requests.require_requester(person, definition)
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if answer := take_list(request, definition, upload):
        return answer
    return _new_page(request, definition, RecipientForm(), upload)


def take_list(
    request: HttpRequest, definition: Definition, upload: ListForm, replaces: uuid.UUID | None = None
) -> HttpResponse | None:
    """On to the page of the list that was sent; None when it is none, which its form then says."""
    return taken(
        request,
        upload,
        kind=ListKind.RECIPIENTS,
        subject=definition.pk,
        institution=definition.institution,
        replaces=replaces,
    )
