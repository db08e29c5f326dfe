"""Adoption: how many of my people use Claude, is it growing, in which products, and where not."""

from core.ui.gate import require_team_lead
from core.ui.team import adoption_statistics, adoption_views
from core.ui.widgets import export_buttons, filter_bar, stat_views

scope = require_team_lead()

stat_views.page_head("Adoption", scope.freshness())
filters = filter_bar.team_filters(scope)
filter_bar.require_data(scope, filters)
figures = adoption_views.figures(scope, filters)
noted = adoption_views.marks(scope, filters)

adoption_views.remarks(scope, figures)
adoption_views.headline(figures)
adoption_views.overview(scope, figures, noted)
adoption_views.habits(scope, figures)
adoption_statistics.statistics(scope, filters, figures, noted)
adoption_statistics.in_a_table(scope, figures)
export_buttons.take_away(scope, filters.team, filters.period, "team-usage")
