"""The form for what lets an award gain credit later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from credentials.actions.later_credit import Grounds

if TYPE_CHECKING:
    from django.http import QueryDict

    from policies.schema import LaterCredit


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CreditForm(forms.Form):
    """The fee and the further assessment, as the policy asks for them; what is missing is said by the act."""

    fee_received_on = forms.DateField(label="Administration fee received on", required=False, widget=_day())
    fee_amount = forms.DecimalField(
        label="Amount",
        required=False,
        max_digits=9,
        decimal_places=2,
        min_value=0,
        help_text="As on the receipt.",
    )
    fee_reference = forms.CharField(label="Number of the receipt", required=False, max_length=100)
    assessment = forms.CharField(label="Further assessment", required=False, max_length=100)
    assessed_on = forms.DateField(label="Assessed on", required=False, widget=_day())
    assessed_by = forms.CharField(label="Assessed by", required=False, max_length=200)
    result = forms.CharField(
        label="Result", required=False, max_length=200, help_text="A grade, a score, or “passed”."
    )

    def __init__(self, rule: LaterCredit, data: QueryDict | None) -> None:
        super().__init__(data)
        if not rule.fee_required:
            for name in ("fee_received_on", "fee_amount", "fee_reference"):
                del self.fields[name]
        if not rule.assessment_required:
            for name in ("assessment", "assessed_on", "result"):
                del self.fields[name]
        elif rule.assessments:
            choices = [("", "Choose"), *((one, one) for one in rule.assessments)]
            said = f"Under {rule.reference}." if rule.reference else ""
            self.fields["assessment"] = forms.ChoiceField(
                label="Further assessment", required=False, choices=choices, help_text=said
            )
        if rule.academic_unit:
            self.fields["assessed_by"].label = "Assessed by which academic unit"
        elif not rule.assessment_required:
            del self.fields["assessed_by"]

    def grounds(self) -> Grounds:
        """What was said."""
        said: dict[str, Any] = dict(self.cleaned_data)
        return Grounds(**said)
