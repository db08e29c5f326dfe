"""1:1 brief: what stands out in one person's figures, by rule; the same text for manager and employee."""

from core.ui.gate import require_viewer
from core.ui.reviews import brief_views
from core.ui.widgets import stat_views

scope = require_viewer()

stat_views.page_head("1:1 brief", scope.freshness())
employee_id, period = brief_views.asked(scope)
brief = brief_views.made(scope, employee_id, period)
brief_views.show(scope, employee_id, brief)
brief_views.copies(scope, employee_id, brief)
