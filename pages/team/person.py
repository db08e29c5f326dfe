"""Person: one employee of the viewer's chain, with the very numbers that the employee sees."""

from core.ui.gate import require_team_lead
from core.ui.person import note_views, person_views
from core.ui.team import people_views
from core.ui.widgets import export_buttons, filter_bar, stat_views

scope = require_team_lead()

people_views.back_to_people()
person = scope.person(filter_bar.person_from_url())
filters = filter_bar.own_filters(scope, person)
usage = person_views.usage_of(scope, person.team_id, filters)

person_views.heading(usage)
stat_views.freshness_line(filters.freshness)
person_views.overview(scope, usage, filters)
note_views.note_of(scope, person.team_id)
person_views.changes(usage)
person_views.further(person.team_id, usage.period)
person_views.statistics(scope, usage, filters)
export_buttons.take_away(scope, person, filters.period, "person-usage")
