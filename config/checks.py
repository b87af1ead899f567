"""What is a mistake in production; reported by `manage.py check --deploy`, each with what to do."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

LOCAL = {"localhost", "127.0.0.1", "::1", ""}


@register(Tags.security, deploy=True)
def addresses_are_public(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Signed badges carry ISSUER_ORIGIN for ever; mails and QR codes carry SITE_URL."""
    found: list[CheckMessage] = []
    for number, name in enumerate(("ISSUER_ORIGIN", "SITE_URL"), start=1):
        parts = urlsplit(getattr(settings, name))
        if parts.scheme != "https" or (parts.hostname or "") in LOCAL:
            hint = f"Set {name} to the https address by which the world reaches this site."
            found.append(
                Error(f"{name} is {getattr(settings, name)}.", hint=hint, id=f"imprimatur.E00{number}")
            )
    if urlsplit(settings.ISSUER_ORIGIN).path:
        hint = "Give scheme and host alone, such as https://credentials.example.org."
        found.append(Error("ISSUER_ORIGIN has a path.", hint=hint, id="imprimatur.E003"))
    return found


@register(Tags.security, deploy=True)
def trial_modes_are_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """DEMO serves without https; DEBUG shows secrets."""
    names = [name for name in ("DEBUG", "DEMO", "TESTING") if getattr(settings, name)]
    hint = "Remove it from the environment."
    return [Error(f"{name} is on.", hint=hint, id="imprimatur.E004") for name in names]


@register(Tags.security, deploy=True)
def keys_are_encrypted(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever has an issuer's key file in the clear can sign badges in its name."""
    if not settings.KEYS_PASSPHRASE:
        hint = "Set it to a long secret, kept apart from KEYS_DIR and its backup; then run manage.py issuer_keys encrypt."
        return [Error("KEYS_PASSPHRASE is empty.", hint=hint, id="imprimatur.E005")]
    files = Path(settings.KEYS_DIR).glob("*/*-[0-9]*.pem")
    plain = sorted(str(file) for file in files if b"ENCRYPTED" not in file.read_bytes()[:60])
    hint = "Run manage.py issuer_keys encrypt."
    return [Error(f"{file} lies in the clear.", hint=hint, id="imprimatur.E006") for file in plain]


@register(deploy=True)
def mail_goes_out(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a mail server nobody hears of a ballot or a badge."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        return []
    hint = "Set EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587."
    return [Warning("Mail is not sent by a mail server.", hint=hint, id="imprimatur.W001")]


@register(Tags.security)
def providers_vouch_for_domains(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A text instead of a list would be read letter by letter, and an address is no domain."""
    found: list[CheckMessage] = []
    for provider in settings.SOCIALACCOUNT_PROVIDERS.values():
        for app in [*provider.get("APPS", []), *([provider["APP"]] if "APP" in provider else [])]:
            domains = app.get("settings", {}).get("vouches_for", [])
            if not isinstance(domains, list) or not all(_is_domain(domain) for domain in domains):
                words = f"SOCIALACCOUNT_PROVIDERS: vouches_for is {domains!r}."
                hint = 'Give a list of e-mail domains, such as ["example.org", "student.example.org"].'
                found.append(Error(words, hint=hint, id="imprimatur.E007"))
    return found


def _is_domain(text: object) -> bool:
    return isinstance(text, str) and "." in text and not set("@*/ ") & set(text)
