"""Addresses of the pages."""

from django.urls import include, path
from django.views.i18n import set_language

from jutong.pages import accounts, design, health

urlpatterns = [
    path("", include("jutong.pages.portal.urls")),
    path("", include(accounts.urlpatterns)),
    path("desk/", include("jutong.pages.desk.urls")),
    path("language/", set_language, name="set_language"),
    path("design/", design.living_page, name="design"),
    path("design/progress/", design.progress_step, name="design-progress"),
    path("design/shapes.json", design.example_shapes, name="design-shapes"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
