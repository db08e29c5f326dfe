"""My usage: an employee's own numbers, who can see them, and a copy to take away."""

from core.ui.gate import require_employee
from core.ui.person import context_views, looks_views, note_views, own_data_views, person_views
from core.ui.widgets import filter_bar, stat_views

scope, employee_id = require_employee()

person = scope.person(employee_id)
stat_views.page_head("My usage", scope.freshness())
filters = filter_bar.own_filters(scope, person)
usage = person_views.usage_of(scope, employee_id, filters)

person_views.overview(scope, usage, filters)
person_views.who_can_see(scope, employee_id)
context_views.own_marks(scope, usage.marks)
person_views.changes(usage)
person_views.statistics(scope, usage, filters)
note_views.own_note(scope)
looks_views.who_looked(scope)
own_data_views.take(scope, filters.period)
