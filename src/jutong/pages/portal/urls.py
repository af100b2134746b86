"""Addresses of the portal."""

from django.urls import path

from jutong.pages.portal import dataset, dcat, views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("datasets/", views.datasets, name="datasets"),
    path("datasets/<slug:service>/", dataset.page, name="dataset"),
    path("datasets/<slug:service>/download/<slug:format>", dataset.download, name="download"),
    path("datasets/<slug:service>/shapes.geojson", dataset.shapes, name="shapes"),
    path("catalog", dcat.catalogue, name="dcat-catalogue"),
    path("catalog.ttl", dcat.catalogue, {"ending": "ttl"}, name="dcat-turtle"),
    path("catalog.jsonld", dcat.catalogue, {"ending": "jsonld"}, name="dcat-jsonld"),
    path("dataset/<slug:service>.ttl", dcat.dataset, {"ending": "ttl"}, name="dcat-dataset-turtle"),
    path("dataset/<slug:service>.jsonld", dcat.dataset, {"ending": "jsonld"}, name="dcat-dataset-jsonld"),
    path("dataset/<slug:service>", dcat.dataset, name="dcat-dataset"),
    path("statistics/", views.statistics, name="statistics"),
    path("about/", views.about, name="about"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
