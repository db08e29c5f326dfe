"""Directory: who works here and who reports to whom, imported from files."""

from core.ui.admin import directory_import_views, directory_views
from core.ui.gate import require_people_admin
from core.ui.widgets import stat_views

scope = require_people_admin()

admin = directory_views.admin_viewer(scope)
stat_views.page_head("Directory", scope.freshness())
directory_import_views.scheduled(admin)
directory_import_views.upload(admin)
directory_views.state(admin)
directory_views.search(admin, scope)
directory_views.history(admin)
