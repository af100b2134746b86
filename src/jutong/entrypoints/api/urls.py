"""Addresses of the API."""

from django.urls import path, re_path

from jutong.entrypoints.api import views
from jutong.entrypoints.api.operations import by_path
from jutong.entrypoints.api.schema import PATH_PARAMETER

app_name = "api"

urlpatterns = [
    path("", views.manual, name="manual"),
    path("openapi.json", views.openapi, name="openapi"),
    *(
        path(PATH_PARAMETER.sub(r"<str:\1>", place.lstrip("/")), views.view_of(methods))
        for place, methods in by_path().items()
    ),
    re_path(r"^(?P<rest>.*)$", views.unknown),
]
