"""The ways about: what stands on top of the site, beside the dashboard and at the foot, by what the person is here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Person, Role
from desk.work.addresses import address
from desk.work.standing import Standing
from evaluation.models.goal import UNSEEING
from journal.models import Notice

Link = dict[str, Any]


def ways_about(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, `dash_nav`, `foot` and `dash_models`, each looked up only by templates that show it."""
    return {
        "nav": SimpleLazyObject(lambda: _current(request, site(request))),
        "dash_nav": SimpleLazyObject(lambda: _current(request, dashboard(request))),
        "dash_models": SimpleLazyObject(lambda: shows_models(request)),
        "foot": SimpleLazyObject(lambda: foot(request)),
    }


def standing_of(request: HttpRequest) -> Standing | None:
    """Who looks, once a request; None for strangers."""
    if not isinstance(request.user, Person):
        return None
    if "_standing" not in request.__dict__:
        request.__dict__["_standing"] = Standing(request.user)
    found: Standing = request.__dict__["_standing"]
    return found


def site(request: HttpRequest) -> list[Link]:
    """The site's own: by role for those who are signed in, else what everyone may see."""
    standing = standing_of(request)
    public = [_link("Catalogue", "catalogue"), _link("Check a badge", "verify_any")]
    if standing is None:
        return _there([*public, _link("Sessions and plans", "offices"), _link("Policies", "policies")])
    person, found = standing.person, [_link("Home", "home")]
    opens = admin.site.has_permission(request)
    if opens:
        found += [_link("Dashboard", "admin:index"), _link("Proposals", "proposals")]
    if standing.oversees_pilots:
        found += [_link("Pilots", "pilots"), _link("Reviews", "reviews")]
    if standing.runs_offerings:
        found += [_link("Offerings", "offerings"), _link("Surveys", "surveys")]
    if standing.asks_for_badges:
        found.append(_link("Issue badges", "issuance"))
    if person.learner_since or not opens:
        found += [_link("My badges", "wallet"), _link("My learning", "my_learning")]
    unread = Notice.objects.visible_to(person).unread().count()
    found += [*public, _link("Search", "search")]
    return _there([*found, {**_link("Notices", "notices"), "count": unread}])


def dashboard(request: HttpRequest) -> list[Link]:
    """Beside the dashboard: what this person works with, nothing else."""
    standing = standing_of(request)
    if standing is None:
        return []
    found = [
        _link("Search", "search"),
        {**_link("Proposals", "proposals"), "url": f"{address('proposals')}?scope=all"},
        _link("Meetings", "meetings"),
    ]
    if standing.oversees_pilots:
        found += [_link("Pilots", "pilots"), _link("Reviews", "reviews")]
    if standing.runs_offerings or standing.manages:
        found.append(_link("Offerings", "offerings"))
    if standing.manages or Role.OFFICE_HOLDER in standing.roles:
        found += [_link("Requests", "requests_queue"), _link("Failures", "deliveries_failed")]
    if standing.grants or standing.manages:
        found += [_link("Figures", "figures"), _link("Surveys", "surveys")]
    if standing.manages or standing.roles - set(UNSEEING):
        found += [_link("Goals", "goals"), _link("Portfolio", "portfolio")]
        found.append(_link("Time to approval", "waits"))
    if standing.keeps_transcripts:
        found.append(_link("Notations", "notations"))
    if standing.keeps_student_system:
        found.append(_link("Student system", "student_system"))
    if standing.keeps_records:
        found.append(_link("Records", "records"))
    if standing.runs_office or standing.ties.sits:
        found.append(_link("The office", "outreach_home"))
    if standing.manages:
        found.append(_link("People", "people_home"))
    if settings.DEMO and standing.manages:
        found.append(_link("Mail", "mail_page"))
    return _there(found)


def shows_models(request: HttpRequest) -> bool:
    """Whether the lists of everything stand beside the dashboard: for those who manage a campus."""
    standing = standing_of(request)
    return standing is not None and standing.manages


def foot(request: HttpRequest) -> list[Link]:
    """At the foot of every page; in the demo also its sign-ins and, for those who manage, its mail."""
    found = [
        _link("Sessions and plans", "offices"),
        _link("Policies", "policies"),
        _link("For programs", "api-docs"),
    ]
    if settings.DEMO:
        found.append(_link("Demo sign-ins", "demo_signins"))
        if shows_models(request):
            found.append(_link("Demo mail", "mail_page"))
    return _there(found)


def _link(label: str, name: str) -> Link:
    return {"label": label, "url": address(name)}


def _there(links: list[Link]) -> list[Link]:
    return [link for link in links if link["url"]]


def _current(request: HttpRequest, links: list[Link]) -> list[Link]:
    """Mark the link of the page one is on, or of the section that the page belongs to: the longest that fits."""
    fitting = [link["url"].partition("?")[0] for link in links]
    inside = [url for url in fitting if request.path == url or (url != "/" and request.path.startswith(url))]
    longest = max(inside, key=len, default="")
    return [
        {**link, "current": bool(longest) and url == longest}
        for link, url in zip(links, fitting, strict=True)
    ]
