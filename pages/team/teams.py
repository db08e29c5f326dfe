"""Teams: each team below somebody with its adoption, the way down and back, and teams side by side."""

from core.ui.gate import require_team_lead
from core.ui.team import reconciliation_views, team_chart_views, team_comparison_views, team_table_views, teams_views
from core.ui.widgets import export_buttons, filter_bar, stat_views

scope = require_team_lead()

stat_views.page_head("Teams", scope.freshness())
team = teams_views.chosen_team(scope)
filters = filter_bar.chain_filters(scope, team)

teams_views.way_down(scope, filters.team)
filter_bar.require_data(scope, filters)
figures = teams_views.figures(scope, filters)
teams_views.remarks(scope, figures)
teams_views.headline(figures)
team_table_views.table(scope, filters, figures)
team_chart_views.charts(scope, filters, figures)
team_comparison_views.comparison(scope, filters, figures)
reconciliation_views.reconciling_line(scope, filters.period)
export_buttons.take_away(scope, filters.team, filters.period, "team-usage")
