"""`manage.py restored`: after the database was restored from a backup, have the platforms looked at before anything is sent."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from issuance.models import PlatformAccount
from issuance.reconciling import restoring


class Command(BaseCommand):
    """For every account in use. It is noticed by itself too, save where Redis was restored along with the database."""

    help = "The database was restored from a backup: compare with the platforms before anything is sent."

    def handle(self, *args: Any, **options: Any) -> None:
        """Doubt every account."""
        for account in PlatformAccount.objects.filter(active=True).select_related("institution"):
            restoring.doubt(account)
            self.stdout.write(f"{account}: nothing is sent until both sides are compared.")
