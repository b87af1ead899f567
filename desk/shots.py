"""Pictures of every page for every role: follows the links that each person sees, each kind of page once."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string

from accounts.models import Person

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
STARTS = ("/", "/admin/", "/catalogue/", "/verify/", "/policies/", "/wallet/", "/proposals/")
NO_PAGE = re.compile(
    r"^/(accounts/logout|files|api|media|static)/|\.(json|jsonld|jwt|png|csv|pdf|xlsx)$|/jsi18n/"
)
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
MOST_PAGES = 150  # of one role


@dataclass
class Gallery:
    """Where the pictures go, and what has been taken: `{who: [(address, {width: file name})]}`."""

    folder: Path
    taken: dict[str, list[tuple[str, dict[str, str]]]] = field(default_factory=dict)
    too_wide: dict[str, str] = field(
        default_factory=dict
    )  # kinds of pages that are wider than a phone, with an address

    def write_index(self) -> Path:
        """A page that shows all of them."""
        path = self.folder / "index.html"
        path.write_text(
            render_to_string("desk/screenshots.html", {"taken": self.taken, "widths": list(WIDTHS)})
        )
        return path


def find_browser() -> str | None:
    """Chromium's path: CHROMIUM_PATH, what stands on PATH, or Chrome on a Mac."""
    named = os.environ.get("CHROMIUM_PATH")
    found = [named] if named else [*map(shutil.which, BROWSERS), MAC_CHROME]
    return next((path for path in found if path and Path(path).exists()), None)


def take(site: str, people: dict[str, str], gallery: Gallery, browser_path: str) -> Iterator[str]:
    """Take the pictures of every person in `people` (a label and an address; "" for a stranger); yields what is done."""
    sync_playwright = import_string("playwright.sync_api.sync_playwright")
    sessions = {label: session_of(email) if email else "" for label, email in people.items()}
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=options)
        for label, session in sessions.items():
            context = browser.new_context(reduced_motion="reduce")
            if session:
                cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}
                context.add_cookies([cookie])
            gallery.taken[label] = list(_walk(context.new_page(), site, label, gallery))
            context.close()
            yield f"{label}: {len(gallery.taken[label])} pages"
        browser.close()


def session_of(email: str) -> str:
    """A session in which this person is signed in."""
    client = Client()
    client.force_login(Person.objects.get(email=email))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _walk(page: Any, site: str, label: str, gallery: Gallery) -> Iterator[tuple[str, dict[str, str]]]:
    """Each kind of page that can be reached, once, in both widths."""
    waiting: list[str] = list(STARTS)
    seen: set[str] = set()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        kind = kind_of(path)
        if not kind or kind in seen:
            continue
        seen.add(kind)
        page.set_viewport_size({"width": WIDTHS["desktop"][0], "height": WIDTHS["desktop"][1]})
        if not _opens(page, site + path) or kind_of(urlsplit(page.url).path) != kind:
            continue
        yield path, _shoot(page, gallery.folder, f"{_plain(label)}-{_plain(path) or 'home'}")
        if page.evaluate(WIDER):
            gallery.too_wide.setdefault(kind, path)
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        waiting += [urldefrag(link)[0].removeprefix(site) for link in links if link.startswith(f"{site}/")]


def _opens(page: Any, url: str) -> bool:
    """Whether there is a page for this person."""
    try:
        answer = page.goto(url, wait_until="load")
    except import_string("playwright.sync_api.Error"):  # an answer without a page, such as 405
        return False
    return answer is not None and answer.status < 400


def _shoot(page: Any, folder: Path, stem: str) -> dict[str, str]:
    """The whole page in both widths."""
    files = {}
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        files[name] = f"{stem}-{name}.png"
        page.screenshot(path=folder / files[name], full_page=True)
    return files


def kind_of(path: str) -> str:
    """The route that serves an address, so that two proposals count as one kind of page; "" for no page."""
    plain = urlsplit(path).path
    if NO_PAGE.search(plain):
        return ""
    try:
        return f"/{resolve(plain).route}"
    except Resolver404:
        return ""


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]
