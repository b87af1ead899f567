"""Middleware of our own: which Content-Security-Policy a page gets."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, and the dashboard's own under /admin/."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """A view's own policy wins; then the path decides."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and request.path_info.startswith("/admin/"):
            parts.config = dict(settings.CONTENT_SECURITY_POLICY_OF_DASHBOARD)
        match = request.resolver_match
        if not report_only and match is not None and match.view_name == "openid_connect_login":
            # The button leads on to the university's own hosts, and browsers hold redirects to this too.
            parts.update = {**(parts.update or {}), "form-action": ["https:"]}
        return parts
