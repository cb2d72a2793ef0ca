"""Addresses under /s/<strategy>/channels/."""

from django.urls import include, path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.inventory import views
from strategy.inventory.decisions import urls as decisions
from strategy.inventory.lists import urls as lists
from strategy.inventory.lists import views as list_views
from strategy.inventory.parity import urls as parity
from strategy.inventory.points import urls as points
from strategy.inventory.quality import urls as quality
from strategy.inventory.reach import urls as reach
from strategy.inventory.service import urls as service
from strategy.inventory.ways import urls as ways

app_name = "inventory"

urlpatterns = [
    *decisions.urlpatterns,
    path("", list_views.list_, name="list"),
    path("lists/", include(lists)),
    path("add/", views.add, name="add"),
    *ways.urlpatterns,
    *parity.urlpatterns,
    *reach.urlpatterns,
    *quality.urlpatterns,
    path("transitions/add/", views.add_transition, name="transition_add"),
    path("transitions/<uuid:uid>/", views.edit_transition, name="transition_edit"),
    path("transitions/<uuid:uid>/delete/", views.delete_transition, name="transition_delete"),
    path("contact-types/", views.contact_types, name="contact_types"),
    path("contact-types/add/", views.add_contact_type, name="contact_type_add"),
    path("contact-types/<uuid:uid>/", views.edit_contact_type, name="contact_type_edit"),
    path("contact-types/<uuid:uid>/delete/", views.delete_contact_type, name="contact_type_delete"),
    path("contact-types/<uuid:uid>/differ/", views.add_difference, name="difference_add"),
    path("differences/<uuid:uid>/", views.edit_difference, name="difference_edit"),
    path("differences/<uuid:uid>/delete/", views.delete_difference, name="difference_delete"),
    path("<uuid:uid>/", views.detail, name="detail"),
    path("<uuid:uid>/edit/", views.edit, name="edit"),
    path("<uuid:uid>/delete/", views.delete, name="delete"),
    path("<uuid:uid>/review/", views.review, name="review"),
    path("<uuid:uid>/share/", views.share, name="share"),
    *service.urlpatterns,
    *points.urlpatterns,
]

ROUTES: Routes = {
    **points.ROUTES,
    **decisions.ROUTES,
    "inventory:list": get(Need.READER),
    "inventory:add": form(Need.CONTRIBUTOR),
    **ways.ROUTES,
    **parity.ROUTES,
    **reach.ROUTES,
    **quality.ROUTES,
    "inventory:transition_add": form(Need.CONTRIBUTOR),
    "inventory:transition_edit": form(Need.CONTRIBUTOR),
    "inventory:transition_delete": post(Need.CONTRIBUTOR),
    "inventory:contact_types": get(Need.READER),
    "inventory:contact_type_add": form(Need.EDITOR),
    "inventory:contact_type_edit": form(Need.EDITOR),
    "inventory:contact_type_delete": post(Need.EDITOR),
    "inventory:difference_add": form(Need.CONTRIBUTOR),
    "inventory:difference_edit": form(Need.CONTRIBUTOR),
    "inventory:difference_delete": post(Need.CONTRIBUTOR),
    "inventory:detail": get(Need.READER),
    "inventory:edit": form(Need.CONTRIBUTOR),
    "inventory:delete": post(Need.CONTRIBUTOR),
    "inventory:review": post(Need.CONTRIBUTOR),
    "inventory:share": form(Need.LEAD),
    **service.ROUTES,
    **{f"inventory:{name}": methods for name, methods in lists.ROUTES.items()},
}
