"""Addresses of imports and exports, under /s/<strategy>/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.exchange.sheets import views

app_name = "sheets"

urlpatterns = [
    path("export/<slug:kind>.<slug:form>", views.export, name="export"),
    path("import/", views.start, name="start"),
    path("import/<uuid:uid>/", views.run, name="run"),
    path("import/<uuid:uid>/columns/", views.columns, name="columns"),
    path("import/<uuid:uid>/check/", views.check, name="check"),
    path("import/<uuid:uid>/apply/", views.apply, name="apply"),
    path("import/<uuid:uid>/discard/", views.discard, name="discard"),
    path("import/<uuid:uid>/rejected/", views.rejected, name="rejected"),
]

ROUTES: Routes = {
    "sheets:export": get(Need.READER),
    "sheets:start": form(Need.CONTRIBUTOR),
    "sheets:run": get(Need.CONTRIBUTOR),
    "sheets:columns": form(Need.CONTRIBUTOR),
    "sheets:check": post(Need.CONTRIBUTOR),
    "sheets:apply": form(Need.CONTRIBUTOR),  # loaded anew after a refusal: leads to the preview
    "sheets:discard": post(Need.CONTRIBUTOR),
    "sheets:rejected": get(Need.CONTRIBUTOR),
}
