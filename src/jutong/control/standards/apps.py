"""After every migration the platform's own standards are there."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StandardsConfig(AppConfig):
    name = "jutong.control.standards"

    def ready(self) -> None:
        post_migrate.connect(_install, sender=self, dispatch_uid="jutong.standards.install")


def _install(**_: Any) -> None:
    # Models cannot be imported before Django has loaded every app.
    from jutong.control.standards.installing import install_standards

    install_standards()
