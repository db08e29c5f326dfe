"""What my manager sees: the employee's own page Person, read through the manager's gate; nothing else of theirs."""

from core.ui.gate import require_manager_view
from core.ui.person import note_views, person_views
from core.ui.widgets import filter_bar, stat_views

scope, employee_id = require_manager_view()

person_views.manager_banner(scope)
filters = filter_bar.own_filters(scope, scope.person(employee_id))
usage = person_views.usage_of(scope, employee_id, filters)

person_views.heading(usage)
stat_views.freshness_line(filters.freshness)
person_views.overview(scope, usage, filters)
note_views.note_of(scope, employee_id)
person_views.changes(usage)
person_views.statistics(scope, usage, filters)
