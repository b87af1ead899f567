"""Django's handle on the app "learning"."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string

from accounts import merging
from learning import checks


class LearningConfig(AppConfig):
    """Tells credentials when an offering begins next."""

    name = "learning"
    verbose_name = "Learning"

    def ready(self) -> None:
        """By name, since models cannot be imported before this moment."""
        checks.register()
        register = import_string("credentials.hooks.register_next_start")
        register(import_string("learning.actions.offerings.next_start"))
        register_list = import_string("accounts.uploads.register")
        register_list("completions", import_string("learning.lists.Completions"))
        register_list("enrolments", import_string("learning.enrolment_lists.Enrolments"))
        register_list("grades", import_string("learning.grade_lists.Grades"))
        register_keeper = import_string("accounts.keepers.register")
        register_keeper(import_module("learning.personal"))
        merging.register_mover(import_string("learning.actions.merging.move"))
