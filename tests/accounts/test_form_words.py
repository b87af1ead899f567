"""An empty field is answered by what to do."""

from django import forms


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
