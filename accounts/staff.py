"""The staff dashboard's site, and the read-only pages of domain objects in it.

Admin pages show; they never change anything. Every act is a view that calls one action.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.db.models.fields.related import RelatedField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from accounts.held import grants_of
from accounts.models import Person

OPENS = "_dashboard_opens"
MANAGES = "_manages_a_campus"
LISTS = "_lists_of_everything"


class StaffSite(UnfoldAdminSite):  # type: ignore[misc]
    """Opens for people with a role, seat or delegation in force today; looked up once a request."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the dashboard opens for this person."""
        if OPENS not in request.__dict__:
            person = request.user
            request.__dict__[OPENS] = isinstance(person, Person) and (
                bool(grants_of(person)) or person.is_staff
            )
        return bool(request.__dict__[OPENS])

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists of everything: put together once, by the first template that shows them, which few do."""
        if app_label is not None:
            return cast("list[Any]", super().get_app_list(request, app_label))
        if LISTS not in request.__dict__:
            found = super().get_app_list
            request.__dict__[LISTS] = SimpleLazyObject(lambda: found(request))
        return cast("list[Any]", request.__dict__[LISTS])


Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def dashboard(view: View[Rest]) -> View[Rest]:
    """A view of our own inside the dashboard: only for people whom it opens for."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not admin.site.has_permission(request):
            raise PermissionDenied("The dashboard opens for people with a role, a seat or a ballot.")
        return view(request, *args, **kwargs)

    return inner


def person_of(request: HttpRequest) -> Person:
    """Who looks; Http404 for strangers, whom the site turns away before."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def manages_a_campus(request: HttpRequest) -> bool:
    """Whether the person manages any campus; looked up once a request."""
    if MANAGES not in request.__dict__:
        request.__dict__[MANAGES] = person_of(request).managed().exists()
    return bool(request.__dict__[MANAGES])


def scoped(rows: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """The rows that this person may see; none of a model that does not say who may see it."""
    visible_to = getattr(rows, "visible_to", None)
    return cast("QuerySet[Any]", visible_to(person)) if visible_to else rows.none()


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter that lists only what the person may see of the related model."""

    def field_choices(
        self, field: RelatedField[Any, Any], request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        """The choices, within the person's campuses."""
        seen = scoped(field.remote_field.model._default_manager.all(), person_of(request))
        ordering = self.field_admin_ordering(field, request, model_admin)
        limits = {"pk__in": seen.values("pk")}
        choices: Any = field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=limits)
        return list(choices)


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Look, search and filter, within what `visible_to` of the model's queryset gives; add, change and delete nothing.

    Name what may be seen in `fields`. Filters by a related model are scoped by themselves; autocomplete goes through
    the related model's admin, which is scoped as well.
    """

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows that this person may see."""
        return scoped(super().get_queryset(request), person_of(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The filters, those of related models scoped."""
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item: Any) -> Any:
        try:
            related = isinstance(item, str) and isinstance(self.opts.get_field(item), ForeignKey)
        except FieldDoesNotExist:
            related = False
        return (item, ScopedRelatedFilter) if related else item

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The menu shows every kind of thing that a person in the dashboard may look at."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Anyone in the dashboard may look; the queryset gives them their own campuses only."""
        return isinstance(request.user, Person) and request.user.is_active

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of one object; another campus's is 404, as if it were not there."""
        if self.get_object(request, object_id) is None:
            raise Http404
        return cast("HttpResponse", super().change_view(request, object_id, form_url, extra_context))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The library's own history stays empty, since nothing is changed here: 404. The record is the history."""
        raise Http404
