"""Addresses of one source per item."""

from django.urls import path

from jutong.pages.desk import one_source, one_source_case

urlpatterns = [
    path("one-source/", one_source.listing, name="one-source"),
    path("one-source/detect/", one_source.detect, name="one-source-detect"),
    path("one-source/reject/", one_source.reject_many, name="one-source-reject"),
    path("one-source/taking/", one_source.taking, name="one-source-taking"),
    path("one-source/<str:code>/", one_source_case.detail, name="one-source-case"),
    path("one-source/<str:code>/decide/", one_source_case.decide, name="one-source-decide"),
    path("one-source/<str:code>/claim/", one_source_case.claim, name="one-source-claim"),
    path("one-source/<str:code>/act/", one_source_case.act, name="one-source-act"),
    path("one-source/<str:code>/exclude/", one_source_case.exclude, name="one-source-exclude"),
]
