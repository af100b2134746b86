"""Load the control plane and make its stores, for every entry point that needs them."""

import os

import django
from django.core.management import call_command

from jutong.entrypoints.settings import platform_settings


def prepare_django() -> None:
    """Load Django with the platform's settings; safe to call again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")
    django.setup()


def prepare_home() -> None:
    """Make the data home and bring its database up to date; safe to run again."""
    platform_settings().data_home.create()
    prepare_django()
    call_command("migrate", interactive=False, verbosity=0)
