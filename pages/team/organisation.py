"""Organisation: seats beside headcount, and which skills and connectors the organisation uses. No person in it."""

from core.ui.gate import require_totals
from core.ui.team import organisation_views
from core.ui.widgets import filter_bar, stat_views

scope = require_totals()

stat_views.page_head("Organisation", scope.freshness())
period = filter_bar.range_filter(scope)
figures = organisation_views.figures(scope, period)

organisation_views.freshness(figures)
organisation_views.left_out(figures)
organisation_views.headline(scope, figures)
organisation_views.skills(scope, figures)
organisation_views.connectors(scope, figures)
