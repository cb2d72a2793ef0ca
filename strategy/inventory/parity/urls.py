"""Addresses of self-service side by side, under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get
from strategy.inventory.parity import views

urlpatterns = [
    path("self-service/", views.parity, name="parity"),
    path("self-service/edit/", views.edit_all, name="parity_edit"),
    path("self-service/<uuid:type_uid>/", views.edit, name="parity_edit_one"),
]

ROUTES: Routes = {
    "inventory:parity": get(Need.READER),
    "inventory:parity_edit": form(Need.CONTRIBUTOR),
    "inventory:parity_edit_one": form(Need.CONTRIBUTOR),
}
