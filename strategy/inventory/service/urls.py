"""Addresses of service objectives and figures, under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.inventory.service import views

urlpatterns = [
    path("service-objectives/", views.objectives, name="service_objectives"),
    path("service-objectives/numbers/", views.numbers, name="service_numbers"),
    path("service-objectives/<uuid:uid>/", views.edit_objective, name="service_objective_edit"),
    path(
        "service-objectives/<uuid:uid>/delete/",
        views.delete_objective,
        name="service_objective_delete",
    ),
    path("metrics/", views.metrics, name="metrics"),
    path("<uuid:uid>/objectives/", views.objectives_of, name="objectives_of"),
    path("<uuid:uid>/objectives/add/", views.add_objective, name="service_objective_add"),
    path("<uuid:uid>/figures/", views.figures, name="figures"),
    path("<uuid:uid>/figures/newest/", views.figures_of, name="figures_of"),
    path("<uuid:uid>/figures/state/", views.state, name="figures_state"),
]

ROUTES: Routes = {
    "inventory:service_objectives": get(Need.READER),
    "inventory:service_numbers": get(Need.READER),
    "inventory:service_objective_edit": form(Need.CONTRIBUTOR),
    "inventory:service_objective_delete": post(Need.CONTRIBUTOR),
    "inventory:metrics": get(Need.READER),
    "inventory:objectives_of": get(Need.READER),
    "inventory:service_objective_add": form(Need.CONTRIBUTOR),
    "inventory:figures": get(Need.READER),
    "inventory:figures_of": get(Need.READER),
    "inventory:figures_state": form(Need.CONTRIBUTOR),
}
