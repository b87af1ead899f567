"""A survey by its personal link: no account, one screen a group of questions, kept only when it is sent.

GET writes nothing (mail scanners follow links). What was typed goes from screen to screen with the page itself.
"""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credentials.looks import look_of
from evaluation import questions as rules
from evaluation.actions import answering
from evaluation.forms import ScreenForm, given_in, unseen
from evaluation.models import SurveyLink
from evaluation.questions import Question, Screen
from policies.reasons import Refused

METHODS = ["GET", "HEAD", "POST"]
BUSY = "Too many answers come from where you are. Wait a few minutes, then send it again; what you typed stands here."


@login_not_required
@never_cache
@require_http_methods(METHODS)
def survey_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions; POST goes on, back, or sends. Unknown 404, answered or over 410, somebody else's 403, wrong 409."""
    link = answering.find(token)
    wrong = answering.problem(link)
    if link is None or wrong:
        return dead_end(request, link, wrong)
    if foreign(request, link):
        return dead_end(request, link, answering.OTHERS, 403)
    assert link.invitation.version is not None  # noqa: S101  (it was asked)
    questions = rules.read(link.invitation.version.questions)
    if request.method != "POST":
        return _page(request, link, questions, 0, {})
    return _step(request, link, token, questions)


def _step(request: HttpRequest, link: SurveyLink, token: str, questions: list[Question]) -> HttpResponse:
    """On to the next screen, back, or send it."""
    screens, given, here = rules.screens(questions), given_in(request.POST, questions), _here(request)
    here = min(here, len(screens) - 1)
    go = request.POST.get("go")
    if go == "back":
        return _page(request, link, questions, max(0, here - 1), given)
    if go == "next" and here + 1 < len(screens):
        _, wrong = rules.checked(screens[here].questions, given)
        return _page(request, link, questions, here if wrong else here + 1, given, wrong)
    if not ratelimit.consume(request, action="survey"):
        return _page(request, link, questions, here, given, {"": BUSY}, 429)
    try:
        answering.answer(token=token, answers=given)
    except Refused as error:
        found = answering.find(token)
        if over := answering.problem(found):  # answered in the same moment in another window
            return dead_end(request, found, over)
        said = {reason.field: reason.text for reason in error.reasons}
        return _page(request, link, questions, _first(screens, said, here), given, said)
    context = {"link": link, "institution": _look(link)}
    return render(request, "evaluation/thanks.html", context)


def _here(request: HttpRequest) -> int:
    text = request.POST.get("screen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _first(screens: list[Screen], wrong: dict[str, str], here: int) -> int:
    """The first screen on which something is to be mended."""
    places = [n for n, screen in enumerate(screens) if any(q.id in wrong for q in screen.questions)]
    return places[0] if places else here


def _page(
    request: HttpRequest,
    link: SurveyLink,
    questions: list[Question],
    here: int,
    given: dict[str, Any],
    wrong: dict[str, str] | None = None,
    status: int = 0,
) -> HttpResponse:
    screens, row = rules.screens(questions), link.invitation
    seen = screens[here].questions
    context = {
        "invitation": row,
        "version": row.version,
        "screen": screens[here],
        "here": here,
        "number": here + 1,
        "screens": len(screens),
        "last": here + 1 == len(screens),
        "minutes": rules.minutes(questions),
        "form": ScreenForm(seen, given, wrong),
        "reasons": [text for key, text in (wrong or {}).items() if key not in {q.id for q in seen}],
        "unseen": unseen([q for q in questions if q not in seen], given),
        "institution": _look(link),
        "errors_title": "Not sent yet: please look at this",
    }
    return render(request, "evaluation/answer.html", context, status=status or (409 if wrong else 200))


def foreign(request: HttpRequest, link: SurveyLink) -> bool:
    """Whether somebody else is signed in than the one whom the link was sent to."""
    person = link.invitation.person
    return request.user.is_authenticated and person is not None and request.user != person


def _look(link: SurveyLink) -> Any:
    row = link.invitation
    current = row.definition.current
    return look_of(row.institution, current.policy_id if current else None)


def dead_end(request: HttpRequest, link: SurveyLink | None, sentence: str, status: int = 0) -> HttpResponse:
    """The page of a link that opens nothing."""
    context = {"sentence": sentence, "institution": _look(link) if link else None}
    return render(request, "evaluation/dead_link.html", context, status=status or (410 if link else 404))


@login_not_required
@never_cache
@require_http_methods(METHODS)
def survey_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask not to be asked: this survey, or none of the campus's. Only a POST does it; unknown 404, somebody else's 403."""
    link = answering.find(token)
    if link is None:
        return dead_end(request, None, answering.UNKNOWN)
    if foreign(request, link):
        return dead_end(request, link, answering.OTHERS, 403)
    over, what = answering.problem(link), request.POST.get("what")
    done = ""
    if request.method == "POST" and what == "all":
        answering.stop(token=token)
        done = "all"
    elif request.method == "POST":
        try:
            answering.decline(token=token)
        except Refused as error:
            return dead_end(request, link, error.reasons[0].text)
        done = "this"
    context = {"link": link, "open": not over, "done": done, "institution": _look(link)}
    return render(request, "evaluation/stop.html", context)
