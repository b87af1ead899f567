"""The page before an award that was earned without credit gains credit: the fee and the further assessment."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.clauses import mark
from accounts.staff import dashboard, person_of
from credentials.actions import later_credit
from credentials.models import Award
from issuance.actions import replacing
from issuance.forms_credit import CreditForm
from issuance.platforms.base import Facet
from issuance.views.replacing import LINK, RELATED, decide, moved

ISSUED: tuple[Facet, ...] = ("issued",)


@dashboard
def award_credit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record fee and assessment, and let a new award for credit take the place of this one."""
    person = person_of(request)
    related = (*RELATED, "definition__current__policy")
    found = get_object_or_404(Award.objects.visible_to(person).select_related(*related), pk=key)
    later_credit.require_grantor(person, found)
    rule, version = later_credit.rule_of(found), found.definition.current
    if rule is None or version is None:
        raise Http404
    credits = f" with {version.credits.normalize():f} credits" if version.credits else ""
    noted = ["It waits to be noted on the learner’s transcript."] if version.notation else []
    return decide(
        request,
        found,
        form=CreditForm(rule, request.POST if request.method == "POST" else None),
        act=lambda form: replacing.gain_credit(award=found, grounds=form.grounds(), by=person),
        reasons=later_credit.gain_reasons(found),
        verb="Give credit to",
        submit="Give it credit",
        done="It bears credit now. The learner is told.",
        clause=mark(version.policy, rule.clause),
        changes=[
            f"A new award of today{credits}, under version {version.number}, takes the place of this one.",
            *noted,
            *moved(found, ISSUED),
        ],
        told=["The learner, by mail."],
        final=[LINK],
    )
