"""The product's settings with two bare views beside its addresses, as limits to measure against."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "desk.bench.urls"
