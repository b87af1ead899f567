"""Where the platforms and we do not agree: when both sides were last compared, what differs, what to do about each."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import dashboard, person_of
from issuance.actions import reconciling
from issuance.forms import NothingForm, ReasonForm
from issuance.models import Comparison, Difference, Kind, Ledger, PlatformAccount, Standing
from issuance.platforms import registry
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

SHOWN = 25
RELATED = ("account__institution", "template__version__definition", "delivery__award", "settled_by")


class Words(NamedTuple):
    """A kind of difference as people read it."""

    title: str
    text: str


KINDS = {
    Kind.UNKNOWN: Words(
        "There, and not known here",
        "The platform holds these badges, and no award of ours stands behind them. They were made there by hand, or "
        "our record of them was lost. Take them as ours where an award waits, have them withdrawn, or leave them.",
    ),
    Kind.TWICE: Words(
        "There twice",
        "The platform holds a second badge for an award that has one. Have the second withdrawn.",
    ),
    Kind.MISSING: Words(
        "Not there any more",
        "We say that these arrived, and the platform does not hold them. Somebody deleted them there. Send them again, "
        "or leave it so if that was meant.",
    ),
    Kind.ENDED_THERE: Words(
        "Ended there, in force here",
        "These were revoked or ran out at the platform, while the award stands. Revoke the award here too, or send the "
        "badge again.",
    ),
    Kind.ENDED_HERE: Words(
        "In force there, ended here",
        "These awards were revoked or replaced, and the platform still shows their badges. Have them withdrawn.",
    ),
    Kind.GIVEN_UP: Words(
        "There, although we gave up sending it",
        "The delivery was cancelled, but had arrived. Take the badge as ours, or have it withdrawn.",
    ),
}


class Act(NamedTuple):
    """What can be done: the button, the page before it, and what it changes. `again` is said of many."""

    button: str
    title: str
    changes: str
    done: str
    reasoned: bool = False


ACTS = {
    "adopt": Act("Take it as ours", "Take this badge as ours", "The badge there stands for our award from now on.", "It is ours now."),
    "send": Act("Send again", "Send it again", "It goes to the platform anew; the platform is asked first, so nothing arrives twice.", "It is on its way again."),
    "withdraw": Act("Withdraw there", "Withdraw it at the platform", "The badge is withdrawn at the platform. Your reason may be shown to the learner there.", "It is being withdrawn.", True),
    "ignore": Act("Leave it", "Leave it as it is", "It is not shown here again. Nothing changes on either side.", "Left as it is.", True),
}  # fmt: skip


@dashboard
@require_safe
def differences(request: HttpRequest) -> HttpResponse:
    """By kind, each with what to do; above, when each account was compared last and how it stands."""
    person = person_of(request)
    accounts = list(PlatformAccount.objects.compared_for(person))
    if not accounts:
        raise PermissionDenied(reconciling.NOT_YOURS)
    found = Difference.objects.tended_by(person)
    context = {
        "title": "Where the platforms and we differ",
        "accounts": _accounts(accounts),
        "groups": _groups(found.open()),
        "acting": found.filter(state=Standing.ACTING).count(),
        "over": found.filter(settled_by__isnull=False)
        .exclude(state=Standing.ACTING)
        .select_related(*RELATED)
        .order_by("-settled_at")[:10],
    }
    return inside(request, "issuance/differences.html", None, context)


def _accounts(accounts: list[PlatformAccount]) -> list[dict[str, Any]]:
    """Each account with its comparisons; three queries."""
    rows = Comparison.objects.filter(template__account__in=accounts).select_related(
        "template__version__definition"
    )
    doubted = set(
        Ledger.objects.filter(account__in=accounts, doubted_at__isnull=False).values_list(
            "account", flat=True
        )
    )
    compared: dict[uuid.UUID, list[Comparison]] = {}
    for row in rows.order_by("template__version__title", "pk"):
        compared.setdefault(row.template.account_id, []).append(row)
    return [
        {
            "account": account,
            "platform": registry.label(account.platform),
            "rows": compared.get(account.pk, []),
            "doubted": account.pk in doubted,
        }
        for account in accounts
    ]


def _groups(rows: QuerySet[Difference]) -> list[dict[str, Any]]:
    """The kinds that there are, each with its first rows; two queries."""
    counts = dict(rows.order_by().values_list("kind").annotate(number=Count("pk")))
    place = Window(RowNumber(), partition_by=[F("kind")], order_by=[F("found_at").asc(), F("pk").asc()])
    first = list(
        rows.annotate(place=place)
        .filter(place__lte=SHOWN)
        .select_related(*RELATED)
        .order_by("found_at", "pk")
    )
    return [
        {
            "kind": kind,
            "words": words,
            "number": counts[kind],
            "more": counts[kind] - SHOWN if counts[kind] > SHOWN else 0,
            "rows": [_row(row) for row in first if row.kind == kind],
            "acts": [(name, ACTS[name].button) for name in reconciling.ACTS[kind]],
        }
        for kind, words in KINDS.items()
        if counts.get(kind)
    ]


def _row(row: Difference) -> dict[str, Any]:
    award = row.delivery.award if row.delivery else None
    return {
        "found": row,
        "platform": registry.label(row.account.platform),
        "badge": row.template.version.title,
        "who": award.recipient_name if award else row.email,
        "award": award,
        "revoke": award if row.kind == Kind.ENDED_THERE else None,
        "acts": [(name, ACTS[name].button) for name in reconciling.ACTS[Kind(row.kind)]],
    }


@dashboard
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Compare now."""
    count = reconciling.ask(accounts=PlatformAccount.objects.all(), by=person_of(request))
    where = "The platform is" if count == 1 else "The platforms are"
    messages.success(request, f"{where} being asked. What differs stands here in a moment.")
    return redirect("differences")


@dashboard
def difference(request: HttpRequest, key: uuid.UUID, act: str) -> HttpResponse:
    """The page before one difference is settled in one way, and the act."""
    person = person_of(request)
    rows = Difference.objects.tended_by(person).select_related(*RELATED)
    found, words = get_object_or_404(rows, pk=key), _act(act)
    form = _form(request, words)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data.get("reason", "")
            reconciling.settle(difference=found, act=act, reason=reason, by=person)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, words.done)
            return redirect("differences")
    against = reconciling.reasons(found, act)
    row = _row(found)
    context = {
        "title": words.title,
        "kicker": f"{row['badge']}, {row['who']}, {row['platform']}",
        "form": form,
        "submit": words.button,
        "no": act == "withdraw",
        "changes": [words.changes],
        "back": reverse("differences"),
        "reasons": [{"text": reason.text} for reason in against],
    }
    status = 409 if form.errors or against else 200
    return inside(request, "issuance/decide.html", found.account.institution, context, status=status)


@dashboard
def difference_all(request: HttpRequest, kind: str, act: str) -> HttpResponse:
    """The page before all differences of a kind are settled in one way, and the act; some hundreds at a time."""
    person, words = person_of(request), _act(act)
    if kind not in KINDS or act not in reconciling.ACTS[Kind(kind)]:
        raise Http404("No such kind, or nothing to do about it in this way")
    rows = Difference.objects.tended_by(person).open().filter(kind=kind)
    number = rows.count()
    if not number:
        return redirect("differences")
    form = _form(request, words)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        done, left = reconciling.settle_all(rows=rows, act=act, reason=reason, by=person)
        messages.success(request, f"{done:,} done." + (f" {left:,} could not be settled so." if left else ""))
        return redirect("differences")
    context = {
        "title": f"{words.button}: {number:,}",
        "kicker": KINDS[Kind(kind)].title,
        "form": form,
        "submit": f"{words.button}: {min(number, reconciling.MOST_AT_ONCE):,}",
        "no": act == "withdraw",
        "changes": [words.changes, "Those for which this cannot be done stay as they are."],
        "back": reverse("differences"),
    }
    return inside(request, "issuance/decide.html", None, context, status=409 if form.errors else 200)


def _act(act: str) -> Act:
    if act not in ACTS:
        raise Http404("Nothing of that name can be done")
    return ACTS[act]


def _form(request: HttpRequest, words: Act) -> ReasonForm | NothingForm:
    return (ReasonForm if words.reasoned else NothingForm)(request.POST if request.method == "POST" else None)
