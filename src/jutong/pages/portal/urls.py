"""Addresses of the portal."""

from django.urls import path

from jutong.pages.portal import dataset, views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("datasets/", views.datasets, name="datasets"),
    path("datasets/<slug:service>/", dataset.page, name="dataset"),
    path("datasets/<slug:service>/download/<slug:format>", dataset.download, name="download"),
    path("datasets/<slug:service>/shapes.geojson", dataset.shapes, name="shapes"),
    path("statistics/", views.statistics, name="statistics"),
    path("about/", views.about, name="about"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
