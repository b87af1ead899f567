"""People at their browsers: sign in, go somewhere, press what is there; every page passed is looked at by axe-core."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from tests.factories import PASSWORD

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # all rules run; what passes is not described
}
DESK, PHONE, NARROW = (1280, 900), (390, 844), (320, 720)
SHAPE = "[...document.querySelectorAll('h1,h2,.errors,form')].map(e => e.tagName + e.id).join()"
COLOUR = "getComputedStyle(document.documentElement).getPropertyValue('--institution')"
WIDTH = "document.scrollingElement.scrollWidth"
PICTURES = os.environ.get("JOURNEY_PICTURES", "")  # a folder: every page looked at is kept there as a picture


class Hand:
    """One person's browser; a stranger's without a person. `door` signs in through the page, otherwise by a cookie.

    `unseen` knows what axe-core looked at already in this run (address and shape, campus's colour, each with the width),
    `found` holds what it had against it: the fixture says it at the end, so that one page does not hide the next.
    """

    def __init__(self, browser, base, person=None, *, unseen, found, size=DESK, door=False, script=True):
        self.base, self.unseen, self.found, self.size, self.script = base, unseen, found, size, script
        view = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=view, java_script_enabled=script, accept_downloads=True)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        if person and door:
            self.sign_in(person.email)
        elif person:
            self._cookie(person)

    def sign_in(self, email, password=PASSWORD):
        """Through the real page."""
        self.go("/accounts/login/")
        self.fill(login=email, password=password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def _cookie(self, person):
        client = Client()
        client.force_login(person)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.base}])

    def go(self, path, status=200):
        """Open an address (or a whole link) and look at the page."""
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        assert answer.status == status, f"{answer.status} for {path}:\n{self.words()[:1500]}"
        self.look()
        return answer

    def press(self, name, exact=False):
        """Press the button or follow the link of that name, then look."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name, exact=exact)
        link = main.get_by_role("link", name=name, exact=exact)
        where = button if button.count() else link
        assert where.count(), (
            f"Nothing to press is called {name!r} on {self.page.url}:\n{self.words()[:2000]}"
        )
        where.first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, start, name):
        """From a page to the one that a link of that name on it leads to."""
        self.go(start)
        self.press(name)

    def look(self):
        """Nothing may stick out at the side; and axe-core looks at each page of another address, shape, width or colour.

        Once a run, and not where scripts are off, since it is one.
        """
        path = re.sub(
            r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[\w-]{30,}", "*", self.page.url.removeprefix(self.base)
        ).partition("?")[0]
        wide = self.page.evaluate(WIDTH)
        if wide > self.size[0]:
            self.found.append(f"{path} is {wide} wide on a screen of {self.size[0]}")
        keys = {(path, self.size, self.page.evaluate(SHAPE)), (self.page.evaluate(COLOUR), self.size)}
        if not self.script or not self.unseen(keys):
            return
        self._picture(path)
        report = Axe().run(self.page, options=RULES)
        self.found += [_sentence(path, broken) for broken in report.response["violations"]]

    def _picture(self, path):
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            name = f"{path.strip('/').replace('/', '_').replace('*', 'x') or 'home'}-{self.size[0]}-{len(os.listdir(PICTURES))}.png"
            self.page.screenshot(path=Path(PICTURES) / name, full_page=True)

    def words(self):
        return self.page.inner_text("body")

    def reads(self, *texts):
        """What must stand on the page; capitals may be the style sheet's."""
        body = self.words()
        for text in texts:
            assert text.lower() in body.lower(), f"{text!r} does not stand on {self.page.url}:\n{body[:2500]}"

    def unfold(self, summary):
        """Open what is folded away under these words."""
        self.page.click(f"summary:has-text('{summary}')")

    def fill(self, **values):
        for name, value in values.items():
            self.page.fill(f"[name='{name}']", value)

    def write(self, answers):
        """A section of a form, as the document holds it: texts, choices, rows."""
        for name, value in answers.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for n, row in enumerate(value):
                    self.write({f"{name}.{n}.{column}": text for column, text in row.items()})
            else:
                self._answer(name, value)

    def _answer(self, name, value):
        """One answer, in whatever the form asks it with."""
        field = self.page.locator(f"[name='{name}']")
        asked = field.first.evaluate("field => field.type")
        for one in value if isinstance(value, list) else [value]:
            if asked in ("radio", "checkbox"):
                self.choose(name, one)
            elif asked == "select-one":
                field.select_option(str(one))
            else:
                field.fill(str(one))

    def choose(self, name, value):
        """A radio button or check box."""
        self.page.check(f"input[name='{name}'][value='{value}']")

    def download(self, name):
        """What the link of that name downloads."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name).first.click()
        return Path(waiting.value.path()).read_bytes()

    def close(self):
        self.context.close()


def _sentence(path, broken):
    """One violation: where, which rule, and the first places."""
    places = [f"{node['html'][:160]} ({node['failureSummary'][:200]})" for node in broken["nodes"][:3]]
    return f"{path}: {broken['id']}: {broken['help']}\n    " + "\n    ".join(places)
