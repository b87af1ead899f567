"""Which account a name stands for, and what is said when a variable is missing or wrong."""

import pytest

from issuance.platforms import registry
from issuance.platforms.base import PlatformError, Rate


@pytest.fixture(autouse=True)
def variables(settings, monkeypatch):
    """The plain accounts of both platforms."""
    settings.CREDLY_BASE_URL, settings.CREDLY_TOKEN = "http://127.0.0.1:9/credly", "plain-token"
    settings.CREDLY_ORGANIZATION = "plain-organization"
    settings.ACCREDIBLE_BASE_URL, settings.ACCREDIBLE_API_KEY = "http://127.0.0.1:9/accredible/", "plain-key"
    return monkeypatch


def refusal(kind, account=""):
    """What `connect` says."""
    with pytest.raises(PlatformError) as caught:
        registry.connect(kind, account)
    assert (caught.value.permanent, caught.value.account_wide, caught.value.code) == (
        True,
        True,
        "configuration",
    )
    return caught.value.message


def test_kinds_and_labels():
    assert registry.KINDS == ("credly", "accredible", "canvas")
    assert [registry.label(kind) for kind in ("credly", "accredible", "open_badges")] == [
        "Credly",
        "Accredible",
        "open_badges",
    ]


def test_plain_account():
    account = registry.connect("credly").account
    assert (account.base_url, account.token, account.organization, account.rates) == (
        "http://127.0.0.1:9/credly",
        "plain-token",
        "plain-organization",
        (Rate(500, 10),),
    )
    assert account.limiter_key == "credly|127.0.0.1:9|default"


def test_named_account_reads_its_own_variables_first(variables):
    variables.setenv("CREDLY_TOKEN_MONTANA", "montana-token")
    account = registry.connect("credly", "Montana").account
    assert (account.token, account.organization) == ("montana-token", "plain-organization")


def test_named_account_with_a_name_of_two_words(variables):
    variables.setenv("ACCREDIBLE_API_KEY_CU_BOULDER", "boulder-key")
    assert registry.connect("accredible", "cu-boulder").account.token == "boulder-key"


def test_same_account_is_one_object():
    assert registry.connect("accredible") is registry.connect("accredible")


def test_new_token_is_a_new_object(settings):
    before = registry.connect("accredible")
    settings.ACCREDIBLE_API_KEY = "new-key"
    assert registry.connect("accredible") is not before


def test_missing_token_names_the_variable(settings):
    settings.CREDLY_TOKEN = ""
    assert refusal("credly") == "The account at Credly is not set up: CREDLY_TOKEN is not set."
    assert refusal("credly", "MONTANA") == (
        "The account at Credly (account MONTANA) is not set up: CREDLY_TOKEN is not set."
    )


def test_missing_organisation_names_the_variable(settings):
    settings.CREDLY_ORGANIZATION = ""
    assert refusal("credly") == "The account at Credly is not set up: CREDLY_ORGANIZATION is not set."


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "Schlüssel"])
def test_token_that_cannot_be_one(settings, token):
    settings.ACCREDIBLE_API_KEY = token
    assert refusal("accredible") == (
        "The account at Accredible is not set up: ACCREDIBLE_API_KEY holds a character that no token has."
    )


@pytest.mark.parametrize("url", ["api.credly.com", "ftp://api.credly.com", "http://[nowhere", "http://"])
def test_base_url_that_is_no_web_address(settings, url):
    settings.CREDLY_BASE_URL = url
    assert refusal("credly") == "The account at Credly is not set up: CREDLY_BASE_URL is not a web address."


def test_unknown_platform():
    assert refusal("badgepress") == "There is no platform “badgepress”."


def test_rates_and_times_are_settings(variables):
    variables.setenv("CREDLY_RATE", "100/60, 10/1")
    variables.setenv("CREDLY_READ_SECONDS", "3")
    variables.setenv("CREDLY_INDEX_LAG_SECONDS", "0.5")
    variables.setenv("OUTGOING_ADDRESS", "192.0.2.7")
    platform = registry.connect("credly")
    account = platform.account
    assert (account.rates, account.longest_call_seconds) == ((Rate(100, 60), Rate(10, 1)), 8.0)
    assert (platform.index_lag_seconds, account.limiter_key) == (0.5, "credly|127.0.0.1:9|192.0.2.7")


@pytest.mark.parametrize("rate", ["fast", "0/10", "10/0", "10/second", "10/1,"])
def test_rate_that_cannot_be_read(variables, rate):
    variables.setenv("ACCREDIBLE_RATE", rate)
    assert "ACCREDIBLE_RATE is not of the form 200/30" in refusal("accredible")


def test_seconds_that_cannot_be_read(variables):
    variables.setenv("ACCREDIBLE_READ_SECONDS", "long")
    assert "ACCREDIBLE_READ_SECONDS is not a number of seconds" in refusal("accredible")


def test_secrets_are_not_shown():
    assert "plain-token" not in repr(registry.connect("credly").account)
