"""Addresses of filling tasks."""

from django.urls import path

from jutong.pages.desk import filling, filling_acts

urlpatterns = [
    path("filling/", filling.listing, name="filling"),
    path("filling/ask/", filling_acts.ask, name="filling-ask"),
    path("filling/receipts/<str:number>/", filling.receipt, name="filling-receipt"),
    path("filling/<int:key>/", filling.detail, name="filling-task"),
    path("filling/<int:key>/save/", filling_acts.save, name="filling-save"),
    path("filling/<int:key>/upload/", filling_acts.upload, name="filling-upload"),
    path("filling/<int:key>/template/", filling_acts.template, name="filling-template"),
    path("filling/<int:key>/marked/", filling_acts.marked, name="filling-marked"),
    path("filling/<int:key>/act/", filling_acts.act, name="filling-act"),
]
