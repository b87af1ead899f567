"""Forms of comments and views: what is well-formed. What is allowed is the actions' business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from accounts.models import Unit
from reviews.models import Visibility

if TYPE_CHECKING:
    from accounts.models import Institution

READERS = {
    Visibility.BODY.value: "Only the body that votes on it, and the programme manager who supports it",
    Visibility.PROPOSERS.value: "Those who decide on it, and the proposers",
    Visibility.EVERYONE.value: "Everyone who may see the proposal",
}


class WordsField(forms.CharField):
    """Text of several lines, counted as it is kept: a browser sends two characters for the end of a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text with single ends of lines."""
        return str(super().to_python(value)).replace("\r\n", "\n")


def _tall(rows: int = 6) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CommentForm(forms.Form):
    """A new comment: its words, who may read it and, for those who decide, whether it is a concern."""

    text = WordsField(label="Comment", widget=_tall())
    visibility = forms.ChoiceField(label="Who may read it", widget=forms.RadioSelect)
    concern = forms.BooleanField(
        label="This is a concern: it needs a written answer before the next decision", required=False
    )

    def __init__(self, readers: list[str], judges: bool, data: Any = None) -> None:
        initial = {} if Visibility.BODY in readers else {"visibility": Visibility.PROPOSERS.value}
        super().__init__(data, initial=initial)
        self.fields["visibility"].choices = [(name, READERS[name]) for name in readers]  # type: ignore[attr-defined]
        if not judges:
            del self.fields["concern"]


class TextForm(forms.Form):
    """Words alone: a reply, an answer, a change."""

    text = WordsField(widget=_tall())

    def __init__(self, label: str, data: Any = None, text: str = "") -> None:
        super().__init__(data, initial={"text": text})
        self.fields["text"].label = label


class ReasonForm(forms.Form):
    reason = WordsField(label="Why it is taken back", widget=_tall(3))


class AskForm(forms.Form):
    """Which unit, what, and whether the answer must come first."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label="Unit", empty_label="Choose one")
    required = forms.TypedChoiceField(
        label="What is needed",
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", "An answer: no step closes before it has come in"),
            ("no", "Nothing: it is for their information, and they may answer"),
        ],
        widget=forms.RadioSelect,
    )
    question = WordsField(label="What you want to know", required=False, widget=_tall(4))

    def __init__(self, institution: Institution, data: Any = None) -> None:
        super().__init__(data)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)  # noqa: S101
        units.queryset = Unit.objects.filter(institution=institution).order_by("name")
