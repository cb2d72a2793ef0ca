"""Addresses of agent reachability, under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, get
from strategy.inventory.reach import views

urlpatterns = [
    path("reach/", views.reach, name="reach"),
    path("reach/figures/", views.figures, name="reach_figures"),
    path("reach/of/<uuid:channel_uid>/", views.of_channel, name="reach_of_channel"),
]

ROUTES: Routes = {
    "inventory:reach": get(Need.READER),
    "inventory:reach_figures": get(Need.READER),
    "inventory:reach_of_channel": get(Need.READER),
}
