"""Addresses of the ways between channels, under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, get
from strategy.inventory.ways import views

urlpatterns = [
    path("transitions/", views.list_, name="transitions"),
    path("transitions/matrix/", views.matrix, name="transition_matrix"),
]

ROUTES: Routes = {
    "inventory:transitions": get(Need.READER),
    "inventory:transition_matrix": get(Need.READER),
}
