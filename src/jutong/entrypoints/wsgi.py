"""The console and the portal as one WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")

application = get_wsgi_application()

from jutong.control.catalogue.api import warm_search  # noqa: E402  # only once the platform is set up

warm_search()
