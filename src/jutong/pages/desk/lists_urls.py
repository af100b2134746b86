"""Addresses of the three lists, below /desk/lists/."""

from django.urls import path

from jutong.pages.desk import (
    lists_demand,
    lists_negative,
    lists_overview,
    lists_responsibility,
    lists_want,
)

urlpatterns = [
    path("", lists_overview.overview, name="lists"),
    path("publish/", lists_overview.publish, name="lists-publish"),
    path("editions/<int:key>/", lists_overview.edition, name="lists-edition"),
    path("editions/<int:key>/export/", lists_overview.edition_export, name="lists-edition-export"),
    path("<str:kind>/export/", lists_overview.export, name="lists-export"),
    path("responsibility/", lists_responsibility.listing, name="lists-responsibility"),
    path("responsibility/new/", lists_responsibility.new, name="lists-duty-new"),
    path("responsibility/confirm/", lists_responsibility.confirm, name="lists-confirm"),
    path("responsibility/<str:number>/", lists_responsibility.detail, name="lists-duty"),
    path("negative/", lists_negative.listing, name="lists-negative"),
    path("negative/<str:number>/", lists_negative.detail, name="lists-refusal"),
    path("demand/", lists_demand.listing, name="lists-demand"),
    path("demand/new/", lists_demand.new, name="lists-demand-new"),
    path("demand/<str:number>/", lists_want.detail, name="lists-want"),
    path("demand/<str:number>/edit/", lists_demand.edit, name="lists-demand-edit"),
    path("demand/<str:number>/act/", lists_want.act, name="lists-demand-act"),
    path("demand/<str:number>/draw-up/", lists_want.draw_up, name="lists-draw-up"),
]
