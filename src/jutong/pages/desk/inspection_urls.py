"""Addresses of the inspection, below /desk/inspection/."""

from django.urls import path

from jutong.pages.desk import inspection

urlpatterns = [
    path("", inspection.overview, name="inspection"),
    path("rules/", inspection.rules, name="inspection-rules"),
    path("progress/<str:key>/", inspection.progress, name="inspection-progress"),
    path("export/<str:form>/", inspection.export, name="inspection-export"),
    path("run/", inspection.run, name="inspection-run"),
    path("waive/", inspection.waive, name="inspection-waive"),
    path("waive/<int:key>/end/", inspection.end_waiver, name="inspection-end-waiver"),
    path("fix/", inspection.fix_rule, name="inspection-fix-rule"),
    path("fix/<str:service>/", inspection.fix_entry, name="inspection-fix-entry"),
]
