"""python -m tools.chaos, on the servers of the environment (`config.services.run_with` starts some)."""

import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
command = import_module("tools.chaos.command")  # reads models, so only now
sys.exit(command.main(command.arguments()))
