"""Every address of the site: each app brings its own, without a prefix.

`/healthz` and `/readyz` are answered earlier, by `config.health`.
"""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.staff import ReadOnlyAdmin

# The dashboard's own sign-in page is the site's: same rate limits, same second factor.
admin.autodiscover()
# Nothing can be changed there: what libraries register by themselves is taken out.
for model, page in list(admin.site._registry.items()):
    if not isinstance(page, ReadOnlyAdmin):
        admin.site.unregister(model)
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    # First, since strangers ask for badges most.
    path("", include("credentials.urls")),
    path("accounts/email/", RedirectView.as_view(pattern_name="addresses")),  # ours, which merges
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("config.api_urls")),
    path("", include("accounts.urls")),
    path("", include("proposals.urls")),
    path("", include("reviews.urls")),
    path("", include("learning.urls")),
    path("", include("issuance.urls")),
    path("", include("evaluation.urls")),
    path("", include("journal.urls")),
    path("", include("outreach.urls")),
    path("", include("desk.urls")),
    # Last: it answers for everything below /admin/, where apps have pages of their own.
    path("admin/", admin.site.urls),
]

handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
