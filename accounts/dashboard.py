"""Django's handle on the dashboard: the admin with our own site."""

from django.contrib.admin.apps import AdminConfig


class DashboardConfig(AdminConfig):
    """The admin app, its default site being ours. (INSTALLED_APPS takes unfold without its own site.)"""

    default_site = "accounts.staff.StaffSite"
