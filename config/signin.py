"""Who may have an account: invited people only, by password or by the university's own sign-in."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from accounts.models import Person
from journal.actions import mail


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
