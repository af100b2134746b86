"""Addresses of the wall of sources, of how entries are collected, proved, kept and destroyed."""

from django.urls import path

from jutong.pages.desk import binding_settings, destructions, proofs, retention, source_wall

urlpatterns = [
    path("wall/", source_wall.page, name="wall"),
    path("bindings/<str:service>/", binding_settings.detail, name="binding"),
    path("bindings/<str:service>/pause/", binding_settings.pause, name="binding-pause"),
    path("bindings/<str:service>/run/", binding_settings.run_now, name="binding-run"),
    path("proofs/", proofs.listing, name="proofs"),
    path("proofs/<str:service>/", proofs.history, name="proof"),
    path("retention/", retention.listing, name="retention"),
    path("retention/default/", retention.set_default, name="retention-default"),
    path("retention/holds/", destructions.place_hold, name="hold-place"),
    path("retention/holds/<str:number>/lift/", destructions.lift_hold, name="hold-lift"),
    path("retention/entries/<str:service>/", retention.entry, name="retention-entry"),
    path("retention/entries/<str:service>/propose/", retention.propose, name="retention-propose"),
    path("retention/destructions/<str:number>/", destructions.detail, name="destruction"),
    path("retention/destructions/<str:number>/act/", destructions.act, name="destruction-act"),
]
