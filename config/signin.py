"""Who may have an account: invited people only, by password or by the university's own sign-in."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import render

from accounts.actions import campus_accounts
from accounts.models import Person
from journal.actions import mail
from policies.reasons import Refused

UNVERIFIED = (
    "Your university did not say that your e-mail address is yours. Sign in by password or by a mailed link;"
    " your university's help desk can confirm the address in your campus account."
)
NOT_VOUCHED = (
    "{email} is not an address for which we take this university's word. Sign in by password or by a link that we"
    " mail there."
)


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up for strangers: accounts come from invitations and imports."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put it in the outbox like all other mail, so that a page never waits for a mail server.

        It belongs to no campus: only the operator of the system sees it there, for it may hold a reset link.
        """
        message = self.render_mail(
            template_prefix, email, {"request": self.request, "email": email, **context}
        )
        to = Person.objects.filter(email=email.strip().lower()).first() or email
        texts = {"subject": message.subject, "body": message.body}
        mail.post(kind="sign_in", key=f"sign_in:{uuid.uuid4()}", to=to, institution=None, context=texts)


class InvitedOnlySocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The university's sign-in admits people who already have an account here, and no others."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Never the library's way, which takes away the password of people without a verified address row."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whose account it opens; the second factor, if they have one, is asked for afterwards.

        People who are signed in and connect a campus account themselves have proved enough.
        """
        if sociallogin.state.get("process") in (AuthProcess.CONNECT, AuthProcess.REDIRECT):
            return
        try:
            sociallogin.user = _opened_by(sociallogin)
        except Refused as refused:
            context = {"reasons": refused.reasons}
            page = render(request, "socialaccount/refused.html", context, status=403)
            raise ImmediateHttpResponse(page) from refused


def vouched_domains(settings: dict[str, Any]) -> list[str]:
    """The domains whose addresses this provider may speak for, as its settings say; none unless named."""
    return [domain.strip().lower() for domain in settings.get("vouches_for") or []]


def _opened_by(sociallogin: SocialLogin) -> Person:
    """The person whose account this campus account opens, connected at the first time. Refused in words."""
    # Exactly true: some providers send words, and "false" would count as yes.
    verified = [row.email for row in sociallogin.email_addresses if row.verified is True]
    vouched = _vouched(sociallogin, verified)
    email = vouched[0] if vouched else ""
    if sociallogin.is_existing:
        return campus_accounts.confirm(account=sociallogin.account, email=email)
    if not verified:
        raise Refused(UNVERIFIED)
    if not email:
        raise Refused(NOT_VOUCHED.format(email=verified[0]))
    return campus_accounts.connect(account=sociallogin.account, email=email)


def _vouched(sociallogin: SocialLogin, verified: list[str]) -> list[str]:
    """Of the verified addresses those that the provider may speak for."""
    said = sociallogin.provider.wrap_account(sociallogin.account).get_user_data() or {}
    if not str(said.get("email")).isascii():  # the Kelvin sign is "k" in lower case: another's address
        return []
    domains = vouched_domains(sociallogin.provider.app.settings)
    return [email for email in verified if email.rpartition("@")[2] in domains]
