"""One shape for every refusal of the API."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions

from config.api import exception_handler
from policies.reasons import Reason, Refused


def handled(error):
    response = exception_handler(error, {})
    return response.status_code, response.data


def test_a_refusal_answers_409_with_clauses():
    error = Refused([Reason("Add a title.", "UM-1", "about.title"), Reason("The pilot has ended.", "UM-9")])
    assert handled(error) == (
        409,
        {
            "detail": "This cannot be done now.",
            "reasons": [
                {"clause": "UM-1", "text": "Add a title.", "field": "about.title"},
                {"clause": "UM-9", "text": "The pilot has ended.", "field": ""},
            ],
        },
    )


def test_a_single_reason_is_the_sentence():
    assert handled(Refused("Wait for the vote.")) == (
        409,
        {
            "detail": "Wait for the vote.",
            "reasons": [{"clause": "", "text": "Wait for the vote.", "field": ""}],
        },
    )


def test_a_plain_validation_error_answers_409_by_field():
    error = ValidationError({"email": ["Write it in lower case."], "__all__": ["Not both."]})
    assert handled(error)[1]["reasons"] == [
        {"clause": "", "text": "Write it in lower case.", "field": "email"},
        {"clause": "", "text": "Not both.", "field": ""},
    ]


def test_a_faulty_request_answers_400_with_paths_of_fields():
    error = exceptions.ValidationError({"recipients": [{}, {"email": ["Missing."]}], "note": ["Too long."]})
    assert handled(error) == (
        400,
        {
            "detail": "Something in what you sent needs correcting.",
            "reasons": [
                {"clause": "", "text": "Missing.", "field": "recipients.1.email"},
                {"clause": "", "text": "Too long.", "field": "note"},
            ],
        },
    )


def test_not_you_answers_403():
    assert handled(PermissionDenied("Only the chair closes a ballot.")) == (
        403,
        {"detail": "Only the chair closes a ballot.", "reasons": []},
    )
    assert handled(PermissionDenied())[1]["detail"] == "You may not do this."


def test_what_is_not_there_answers_404_without_saying_more():
    assert handled(Http404("No Proposal matches the given query.")) == (
        404,
        {"detail": "There is nothing here, or it is not yours to see.", "reasons": []},
    )


def test_a_stranger_is_asked_to_sign_in():
    status, body = handled(exceptions.NotAuthenticated())
    assert status == 401
    assert body == {"detail": "Authentication credentials were not provided.", "reasons": []}


def test_our_own_faults_are_not_hidden():
    assert exception_handler(KeyError("x"), {}) is None
