"""People: everybody of a team, with or without use; opens one person."""

from core.ui.gate import require_team_lead
from core.ui.team import people_views
from core.ui.widgets import export_buttons, filter_bar, stat_views

scope = require_team_lead()

stat_views.page_head("People", scope.freshness())
filters = filter_bar.team_filters(scope, with_grain=False)
filter_bar.say_no_data(scope, filters)
people_views.roster(scope, filters)
export_buttons.take_away(scope, filters.team, filters.period, "team-usage")
