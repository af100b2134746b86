"""The console and the portal as one WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")

application = get_wsgi_application()
