"""Addresses of duties and of drafting in the workbench."""

from django.urls import path

from jutong.pages.desk import drafting, drafting_gaps, duties, duty_imports, surveying

urlpatterns = [
    path("duties/", duties.listing, name="duties"),
    path("duties/import/", duty_imports.new, name="duty-import"),
    path("duties/template/<str:version>/", duty_imports.template, name="duty-template"),
    path("duties/departments/", duty_imports.departments, name="duty-departments"),
    path("duties/changes/", duties.changes, name="duty-changes"),
    path("duties/lists/<int:number>/", duty_imports.edition, name="duty-list"),
    path("duties/item/<path:code>/", duties.detail, name="duty"),
    path("drafting/", drafting.listing, name="drafting"),
    path("drafting/propose/", drafting.propose, name="drafting-propose"),
    path("drafting/gaps/", drafting_gaps.page, name="drafting-gaps"),
    path("drafting/<int:number>/", drafting.detail, name="proposal"),
    path("drafting/<int:number>/decide/", drafting.decide, name="proposal-decide"),
    path("drafting/surveys/", surveying.listing, name="surveys"),
    path("drafting/surveys/<str:survey_id>/", surveying.detail, name="survey"),
    path("drafting/surveys/<str:survey_id>/progress/", surveying.progress, name="survey-progress"),
    path("sources/<str:code>/survey/", surveying.request_survey, name="source-survey"),
]
