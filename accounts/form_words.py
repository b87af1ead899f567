"""What a form says of a field that was left empty: what to do, not what the field is."""

from django import forms

EMPTY: dict[type[forms.Field], str] = {
    forms.Field: "Write it here.",
    forms.ChoiceField: "Choose one.",
    forms.ModelChoiceField: "Choose one.",
    forms.MultipleChoiceField: "Choose at least one.",
    forms.ModelMultipleChoiceField: "Choose at least one.",
    forms.BooleanField: "Tick this box first.",
    forms.FileField: "Choose a file.",
}


def install() -> None:
    """For every form, where it does not say it better itself."""
    for field, words in EMPTY.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), "required": words}
