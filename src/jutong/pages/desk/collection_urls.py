"""Addresses of the wall of sources, of how entries are collected, and of the ledger of proofs."""

from django.urls import path

from jutong.pages.desk import binding_settings, proofs, source_wall

urlpatterns = [
    path("wall/", source_wall.page, name="wall"),
    path("wall/living/", source_wall.living, name="wall-living"),
    path("bindings/<str:service>/", binding_settings.detail, name="binding"),
    path("bindings/<str:service>/pause/", binding_settings.pause, name="binding-pause"),
    path("bindings/<str:service>/run/", binding_settings.run_now, name="binding-run"),
    path("proofs/", proofs.listing, name="proofs"),
    path("proofs/export/", proofs.export, name="proofs-export"),
    path("proofs/<str:service>/", proofs.history, name="proof"),
]
