"""Django's handle on the app "issuance"."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.module_loading import import_string

from accounts import merging

if TYPE_CHECKING:
    from credentials.hooks import Stacks


class IssuanceConfig(AppConfig):
    """Awards stacks for credentials; says which of its mail people choose how to have."""

    name = "issuance"
    verbose_name = "Issuing"

    def ready(self) -> None:
        """By name, since models cannot be imported before this moment."""
        register = import_string("credentials.hooks.register_stacks")
        register(cast("Stacks", import_module("issuance.stacks")))
        register_list = import_string("accounts.uploads.register")
        register_list("recipients", import_string("issuance.lists.Recipients"))
        register_keeper = import_string("accounts.keepers.register")
        register_keeper(import_module("issuance.personal"))
        merging.register_mover(import_string("issuance.actions.merging.move"))
        merging.register_closer(import_string("issuance.actions.merging.withdraw"))
        offer = import_string("journal.choosing.offer")
        offer("request_waits", "A badge issuance request waits for my office")
        offer("request_returned", "A badge issuance request of mine came back")
