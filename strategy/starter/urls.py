"""Addresses under /strategies/, for administrators."""

from django.urls import path

from portal.lib.routes import Need, Routes, form
from strategy.starter import views

urlpatterns = [
    path("start/", views.start, name="start"),
]

ROUTES: Routes = {
    "start": form(Need.ADMIN),
}
