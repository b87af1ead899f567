"""Pages for what went wrong before a view was reached; the API gets its own shape."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

NOT_FOUND = "There is no such address in the API."
OUR_FAULT = "Something broke on our side. It was recorded; try again later."


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, as JSON under /api/."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": NOT_FOUND, "reasons": []}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, as JSON under /api/."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": OUR_FAULT, "reasons": []}, status=500)
    return defaults.server_error(request)
