"""Addresses of alerts."""

from django.urls import path

from jutong.pages.desk import alerts

urlpatterns = [
    path("alerts/", alerts.listing, name="alerts"),
    path("alerts/channels/<str:code>/test/", alerts.test, name="alert-test"),
    path("alerts/channels/<str:code>/remove/", alerts.remove, name="alert-channel-remove"),
    path("alerts/rules/<int:key>/remove/", alerts.remove_rule, name="alert-rule-remove"),
]
