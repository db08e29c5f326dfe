"""Connection: connect Claude, and watch the sync."""

from core.ui import connection_views, stat_views
from core.ui.gate import require_admin

scope = require_admin()

admin = connection_views.admin_viewer(scope)
stat_views.page_head("Connection", scope.freshness())
connection_views.state(scope)
connection_views.sync_now(admin)
connection_views.connect_form(admin)
connection_views.unmatched(admin)
connection_views.history(admin)
