"""Addresses of the plan, under /s/<strategy>/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.plan import views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("roles/", views.roles, name="roles"),
    path("roles/functions/add/", views.add_function, name="add_function"),
    path("roles/invite/", views.invite, name="invite"),
    path("invitations/<uuid:uid>/resend/", views.resend_invitation, name="invitation_resend"),
    path("invitations/<uuid:uid>/revoke/", views.revoke_invitation, name="invitation_revoke"),
    path("roles/<uuid:uid>/change/", views.change_role, name="change_role"),
    path("roles/<uuid:uid>/remove/", views.remove_role, name="remove_role"),
    path("components/<str:code>/", views.component, name="component"),
    path("components/<str:code>/edit/", views.edit_component, name="edit_component"),
    path("components/<str:code>/review/", views.review_component, name="review_component"),
    path("objectives/", views.objectives, name="objectives"),
    path("objectives/add/", views.add_objective, name="objective_add"),
    path("objectives/<uuid:uid>/edit/", views.edit_objective, name="objective_edit"),
    path("objectives/<uuid:uid>/delete/", views.delete_objective, name="objective_delete"),
    path("objectives/<uuid:uid>/commit/<slug:team>/", views.commit, name="commit"),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/add/", views.add_decision, name="decision_add"),
    path("decisions/<uuid:uid>/edit/", views.edit_decision, name="decision_edit"),
    path("decisions/<uuid:uid>/delete/", views.delete_decision, name="decision_delete"),
    path("initiatives/", views.initiatives, name="initiatives"),
    path("initiatives/add/", views.add_initiative, name="initiative_add"),
    path("initiatives/<uuid:uid>/edit/", views.edit_initiative, name="initiative_edit"),
    path("initiatives/<uuid:uid>/delete/", views.delete_initiative, name="initiative_delete"),
]

ROUTES: Routes = {
    "settings": form(Need.LEAD),
    "roles": {"GET": Need.READER, "POST": Need.LEAD},
    "add_function": post(Need.LEAD),
    "invite": post(Need.LEAD),
    "invitation_resend": post(Need.LEAD),
    "invitation_revoke": post(Need.LEAD),
    "change_role": post(Need.LEAD),
    "remove_role": post(Need.LEAD),
    "component": get(Need.READER),
    "edit_component": form(Need.CONTRIBUTOR),
    "review_component": post(Need.CONTRIBUTOR),
    "objectives": get(Need.READER),
    "objective_add": form(Need.EDITOR),
    "objective_edit": form(Need.CONTRIBUTOR),
    "objective_delete": post(Need.CONTRIBUTOR),
    "commit": form(Need.CONTRIBUTOR),
    "decisions": get(Need.READER),
    "decision_add": form(Need.EDITOR),
    "decision_edit": form(Need.EDITOR),
    "decision_delete": post(Need.EDITOR),
    "initiatives": get(Need.READER),
    "initiative_add": form(Need.CONTRIBUTOR),
    "initiative_edit": form(Need.CONTRIBUTOR),
    "initiative_delete": post(Need.CONTRIBUTOR),
}
