"""Mistakes in production are found before they are made."""

import pytest

from config import checks

GOOD = {
    "ISSUER_ORIGIN": "https://credentials.example.org",
    "SITE_URL": "https://credentials.example.org",
    "DEBUG": False,
    "DEMO": False,
    "TESTING": False,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SITE_URL", "https://credentials.example.org", []),
        ("SITE_URL", "http://credentials.example.org", ["imprimatur.E002"]),
        ("SITE_URL", "https://localhost", ["imprimatur.E002"]),
        ("ISSUER_ORIGIN", "http://credentials.example.org", ["imprimatur.E001"]),
        ("ISSUER_ORIGIN", "https://credentials.example.org/badges", ["imprimatur.E003"]),
        ("DEBUG", True, ["imprimatur.E004"]),
        ("DEMO", True, ["imprimatur.E004"]),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", ["imprimatur.W001"]),
    ],
)
def test_production_mistake_is_found(settings, name, value, expected):
    for key, good in {**GOOD, name: value}.items():
        setattr(settings, key, good)
    every = (checks.addresses_are_public, checks.trial_modes_are_off, checks.mail_goes_out)
    assert [message.id for check in every for message in check(None)] == expected
