"""Connection: connect Claude, and watch the sync."""

from core.ui.admin import connection_views, endpoint_views, sync_views
from core.ui.gate import require_connection_admin
from core.ui.widgets import stat_views

scope = require_connection_admin()

admin = connection_views.admin_viewer(scope)
freshness = scope.freshness()
stat_views.page_head("Connection", freshness)
connection_views.state()
with stat_views.toolbar():
    sync_views.sync_now(admin)
    sync_views.read_again(admin)
    connection_views.connect_form(admin)
    connection_views.disconnect(admin)
sync_views.calendar(admin, freshness)
endpoint_views.totals(admin)
sync_views.unmatched(admin)
sync_views.history(admin)
