"""The API's addresses under /api/v1/: each app's `api_urls`, and the schema with its pages."""

from importlib.util import find_spec

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# "reviews" before "proposals", which takes every further word after a proposal's address for a move.
APPS = (
    "accounts",
    "journal",
    "credentials",
    "learning",
    "reviews",
    "proposals",
    "issuance",
    "evaluation",
    "outreach",
    "desk",
)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    *(path("", include(f"{app}.api_urls")) for app in APPS if find_spec(f"{app}.api_urls")),
]
