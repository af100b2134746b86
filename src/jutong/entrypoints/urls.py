"""The root of all addresses of the console and the portal."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("jutong.entrypoints.api.urls")),
    path("", include("jutong.pages.urls")),
]

handler400 = "jutong.pages.errors.bad_request"
handler403 = "jutong.pages.errors.forbidden"
handler404 = "jutong.pages.errors.not_found"
handler500 = "jutong.pages.errors.server_error"
