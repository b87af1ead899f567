"""Django's handle on the app "evaluation"."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.module_loading import import_string

from accounts import merging
from learning import doors

if TYPE_CHECKING:
    from learning.hooks import Follower


class EvaluationConfig(AppConfig):
    """Follows what learners finish, so that they are asked how it was."""

    name = "evaluation"

    def ready(self) -> None:
        """By name, since models cannot be imported before this moment."""
        register = import_string("learning.hooks.register_follower")
        register(cast("Follower", import_module("evaluation.following")))
        follow = import_string("accounts.hooks.register_policy_follower")
        follow(import_string("evaluation.actions.templates.policy_followed"))
        register_keeper = import_string("accounts.keepers.register")
        register_keeper(import_module("evaluation.personal"))
        offer = import_string("journal.choosing.offer")
        offer("graduate_letter", "A programme director writes to those who completed an offering", none=True)
        merging.register_mover(import_string("evaluation.actions.merging.move"))
        register_list = import_string("accounts.uploads.register")
        register_list("measures", import_string("evaluation.reading_lists.Readings"))
        doors.register_tab(import_string("evaluation.views.readings.tab"))
        doors.register_tab(import_string("evaluation.views.graduates.tab"))
        doors.register_own(import_string("evaluation.views.mine.own_door"))
        doors.register_own(import_string("evaluation.views.readings.own_door"))
        import_string("evaluation.handlers.register")()
