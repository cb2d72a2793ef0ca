"""Addresses under /s/<strategy>/reports/."""

from django.urls import path

from portal.lib.routes import Need, Routes, get, post
from strategy.reports import views

app_name = "reports"

urlpatterns = [
    path("", views.list_, name="list"),
    path("request/", views.request_, name="request"),
    path("<uuid:uid>/", views.detail, name="detail"),
    path("<uuid:uid>/status/", views.status, name="status"),
    path("<uuid:uid>/file/", views.file, name="file"),
    path("<uuid:uid>/cancel/", views.cancel, name="cancel"),
    path("<uuid:uid>/retry/", views.retry, name="retry"),
]

ROUTES: Routes = {
    "reports:list": get(Need.READER),
    "reports:request": post(Need.CONTRIBUTOR),
    "reports:detail": get(Need.READER),
    "reports:status": get(Need.READER),
    "reports:file": get(Need.READER),
    "reports:cancel": post(Need.CONTRIBUTOR),
    "reports:retry": post(Need.CONTRIBUTOR),
}
