"""Addresses of the standards."""

from django.urls import path

from jutong.pages.desk import code_lists, standards, standards_binding

urlpatterns = [
    path("standards/", standards.listing, name="standards"),
    path("standards/new/", standards.new, name="data-element-new"),
    path("standards/binding/", standards_binding.listing, name="standards-binding"),
    path("standards/binding/bind/", standards_binding.bind, name="standards-bind"),
    path("standards/upload/<str:kind>/", code_lists.upload, name="standards-upload"),
    path("standards/elements/<str:code>/", standards.detail, name="data-element"),
    path("standards/elements/<str:code>/save/", standards.save, name="data-element-save"),
    path("standards/elements/<str:code>/step/", standards.step, name="data-element-step"),
    path("standards/lists/", code_lists.listing, name="code-lists"),
    path("standards/lists/<str:name>/", code_lists.detail, name="code-list"),
    path("standards/lists/<str:name>/step/", code_lists.step, name="code-list-step"),
]
