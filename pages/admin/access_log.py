"""Access log: who looked at whose numbers, what was taken away or refused, and what admins did."""

from core.ui.admin import access_log_views
from core.ui.gate import require_admin
from core.ui.widgets import stat_views

scope = require_admin()

stat_views.page_head("Access log", scope.freshness())
access_log_views.explanation()
wanted = access_log_views.filters()
access_log_views.entries(scope, wanted)
