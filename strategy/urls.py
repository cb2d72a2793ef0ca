"""Addresses of the product: everything of one strategy lies under /s/<its short name>/."""

from django.urls import include, path

from portal.lib.routes import Routes
from strategy.checklists import urls as checklists
from strategy.exchange.sheets import urls as sheets
from strategy.findings import urls as findings
from strategy.gaps import urls as gaps
from strategy.home import urls as home
from strategy.inventory import urls as inventory
from strategy.journeys import urls as journeys
from strategy.plan import urls as plan
from strategy.reports import urls as reports
from strategy.starter import urls as starter

app_name = "strategy"

urlpatterns = [
    path("strategies/", include(starter)),
    path("", include(home.organization_patterns)),
    path("s/<slug:slug>/", include(home)),
    path("s/<slug:slug>/", include(plan)),
    path("s/<slug:slug>/channels/", include(inventory)),
    path("s/<slug:slug>/journeys/", include(journeys)),
    path("s/<slug:slug>/gaps/", include(gaps)),
    path("s/<slug:slug>/findings/", include(findings)),
    path("s/<slug:slug>/checklists/", include(checklists)),
    path("s/<slug:slug>/reports/", include(reports)),
    path("s/<slug:slug>/", include(sheets)),
]

ROUTES: Routes = {
    f"strategy:{name}": methods
    for slice_ in (
        home,
        plan,
        inventory,
        journeys,
        gaps,
        findings,
        checklists,
        reports,
        sheets,
        starter,
    )
    for name, methods in slice_.ROUTES.items()
}
