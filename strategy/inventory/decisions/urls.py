"""Addresses of segments and of the matrix of access decisions, under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.inventory.decisions import views

urlpatterns = [
    path("segments/", views.segments, name="segments"),
    path("segments/add/", views.add_segment, name="segment_add"),
    path("segments/<uuid:uid>/", views.edit_segment, name="segment_edit"),
    path("segments/<uuid:uid>/delete/", views.delete_segment, name="segment_delete"),
    path("matrix/", views.matrix, name="matrix"),
    path("matrix/<uuid:uid>/", views.matrix_of, name="matrix_of"),
    path("matrix/<uuid:uid>/save/", views.save, name="matrix_save"),
    path("matrix/<uuid:uid>/copy/", views.copy, name="matrix_copy"),
    path("matrix/<uuid:uid>/<uuid:row>/<uuid:column>/", views.cell, name="matrix_cell"),
]

ROUTES: Routes = {
    "inventory:segments": get(Need.READER),
    "inventory:segment_add": form(Need.EDITOR),
    "inventory:segment_edit": form(Need.EDITOR),
    "inventory:segment_delete": post(Need.EDITOR),
    "inventory:matrix": get(Need.READER),
    "inventory:matrix_of": get(Need.READER),
    "inventory:matrix_save": post(Need.CONTRIBUTOR),
    "inventory:matrix_copy": form(Need.CONTRIBUTOR),
    "inventory:matrix_cell": form(Need.CONTRIBUTOR),
}
