"""A browser without scripts: it follows links and sends forms as the page has them, with every hidden field and nothing
else. A link or a button is found by the beginning of its words, and where several begin so, by what else they say."""

from django.test import Client
from lxml import html


class Plain:
    def __init__(self, person):
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(person)
        self.path = self.page = None

    def go(self, path):
        """Open a page."""
        self._read(self.client.get(path, follow=True), path)

    def _read(self, answer, path):
        assert answer.status_code == 200, (path, answer.status_code, answer.content[:2000])
        self.path = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        self.page = html.fromstring(answer.content.decode())
        for script in self.page.xpath("//script | //style"):
            script.drop_tree()

    @property
    def text(self):
        """All that the page says."""
        return " ".join(self.page.text_content().split())

    def _find(self, tags, label, about):
        found = [
            element
            for element in self.page.xpath(f"//main//*[{' or '.join(f'self::{tag}' for tag in tags)}]")
            if (said := " ".join(element.text_content().split())).startswith(label) and about in said
        ]
        assert found, (label, about, self.text)
        return found[0]

    def follow(self, label, about=""):
        """Follow a link."""
        self.go(self._find(["a"], label, about).get("href").partition("#")[0])

    def press(self, label, about="", **values):
        """Press a button of a form, with these fields filled in."""
        button = self._find(["button"], label, about)
        form = next(form for form in button.iterancestors("form"))
        sent = _fields(form)
        if button.get("name"):
            sent[button.get("name")] = button.get("value", "")
        unknown = set(values) - {element.get("name") for element in form.iter("input", "select", "textarea")}
        assert not unknown, f"the form asks nothing called {unknown}"
        path = form.get("action") or self.path
        assert form.get("method") == "post"
        self._read(self.client.post(path, {**sent, **values}, follow=True), path)


def _fields(form):
    """What a browser would send of an untouched form."""
    return {name: value for name, value in form.form_values() if value is not None}
