"""Addresses of work orders of refused rows, and of the decision on held deliveries."""

from django.urls import path

from jutong.pages.desk import drift, quarantine, refused_rows

urlpatterns = [
    path("quarantine/", quarantine.listing, name="quarantine"),
    path("quarantine/<str:code>/", quarantine.detail, name="work-order"),
    path("quarantine/<str:code>/act/", quarantine.act, name="work-order-act"),
    path("quarantine/<str:code>/rows/", refused_rows.sample, name="refused-rows"),
    path("quarantine/<str:code>/download/", refused_rows.download, name="refused-download"),
    path("quarantine/<str:code>/upload/", refused_rows.upload, name="refused-upload"),
    path("runs/<str:run_id>/confirm/", drift.confirm, name="run-confirm"),
    path("runs/<str:run_id>/refuse/", drift.refuse, name="run-refuse"),
]
