"""People at their browsers: sign in, go somewhere, press what is there; every page passed is looked at by axe-core."""

from axe_playwright_python.sync_playwright import Axe

from tests.factories import PASSWORD

# Colour contrast is measured by tests/desk from the style sheet itself, in both schemes; axe measures it here too.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Hand:
    """One person's browser, signed in through the real page; a stranger's without a person."""

    def __init__(self, browser, base, person=None):
        self.base = base
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        if person:
            self.go("/accounts/login/")
            self.page.fill("input[name=login]", person.email)
            self.page.fill("input[name=password]", PASSWORD)
            self.page.press("input[name=password]", "Enter")
            self.page.wait_for_load_state()
            assert "/login" not in self.page.url, self.words()[:500]

    def go(self, path):
        """Open an address (or a whole link) and look at the page."""
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        self.look()
        return answer

    def press(self, name):
        """Press the button or follow the link of that name, then look."""
        button = self.page.get_by_role("button", name=name, exact=False)
        link = self.page.get_by_role("link", name=name, exact=False)
        (button if button.count() else link).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self):
        """No violation of the rules for everyone, and no error page."""
        found = Axe().run(self.page, options=RULES)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()[:3000]}"

    def words(self):
        return self.page.inner_text("body")

    def reads(self, *texts):
        """What must stand on the page."""
        body = self.words()
        for text in texts:
            assert text in body, f"{text!r} does not stand on {self.page.url}:\n{body[:2000]}"

    def fill(self, **values):
        for name, value in values.items():
            self.page.fill(f"[name='{name.replace('__', '.')}']", value)

    def choose(self, name, value):
        """A radio button or check box."""
        self.page.check(f"input[name='{name}'][value='{value}']")

    def close(self):
        self.context.close()
