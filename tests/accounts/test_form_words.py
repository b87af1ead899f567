"""An empty field is answered by what to do."""

from django import forms
from django.conf import settings
from django.urls import get_resolver

OURS = {app.partition(".")[0] for app in settings.INSTALLED_APPS} & {
    "accounts", "credentials", "desk", "evaluation", "issuance", "journal", "learning", "outreach", "proposals", "reviews",
}  # fmt: skip


class Everything(forms.Form):
    name = forms.CharField()
    email = forms.EmailField()
    day = forms.DateField()
    one = forms.ChoiceField(choices=[("a", "A")])
    some = forms.MultipleChoiceField(choices=[("a", "A")])
    sure = forms.BooleanField()
    paper = forms.FileField()
    own = forms.CharField(error_messages={"required": "Say why."})


def test_what_an_empty_field_says():
    form = Everything({}, {})
    assert {name: list(said) for name, said in form.errors.items()} == {
        "name": ["Write it here."],
        "email": ["Write it here."],
        "day": ["Write it here."],
        "one": ["Choose one."],
        "some": ["Choose at least one."],
        "sure": ["Tick this box first."],
        "paper": ["Choose a file."],
        "own": ["Say why."],
    }
    wrong = Everything({"email": "x", "one": "b"}, {}).errors
    assert wrong["email"] == ["Enter a valid email address."]
    assert wrong["one"] == ["Select a valid choice. b is not one of the available choices."]


def test_every_form_says_it_whenever_it_was_imported():
    assert get_resolver().url_patterns  # imports every view, and so every form
    django = "This field is required."
    bare = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in _below(forms.BaseForm)
        if form.__module__.partition(".")[0] in OURS
        for name, field in form.base_fields.items()
        if field.error_messages.get("required") == django
    }
    assert bare == set()
    assert len([form for form in _below(forms.BaseForm) if form.__module__.partition(".")[0] in OURS]) > 50


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
