"""Django's handle on the app "accounts"."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models import Field
from django.utils.module_loading import import_string

from accounts import form_words, keepers
from accounts.checks import one_handler_a_list, one_journal
from accounts.lookups import Among


class AccountsConfig(AppConfig):
    """The app's name and its system checks."""

    name = "accounts"
    verbose_name = "People and campuses"

    def __init__(self, app_name: str, app_module: Any) -> None:
        """Forms' words are there before any other app's `ready` imports a form."""
        super().__init__(app_name, app_module)
        form_words.install()

    def ready(self) -> None:
        """Register the checks, those beside models by name, since these cannot be imported earlier."""
        Field.register_lookup(Among)
        keepers.register(import_module("accounts.personal"))
        register(one_journal)
        register(one_handler_a_list)
        register(import_string("accounts.rule_checks.policy_files"))
        register(import_string("accounts.rule_checks.adopted_rules"), Tags.database)
