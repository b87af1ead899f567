"""Django's handle on the app "journal"."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string

from accounts import hooks, keepers, merging


class JournalConfig(AppConfig):
    """Lends accounts its clock, record and outbox."""

    name = "journal"
    verbose_name = "Record and mail"

    def ready(self) -> None:
        """Register with accounts; by name, since models cannot be imported before this moment."""
        hooks.register_journal(import_string("journal.for_accounts.ForAccounts")())
        keepers.register(import_module("journal.personal"))
        merging.register_mover(import_string("journal.for_accounts.move"))
