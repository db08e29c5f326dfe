"""Matching: whose a Claude user is, where an e-mail address alone does not say it."""

from core.ui.admin import matching_lists, matching_views
from core.ui.gate import require_people_admin
from core.ui.widgets import stat_views

scope = require_people_admin()

admin = matching_views.admin_viewer(scope)
stat_views.page_head("Matching", scope.freshness())
matching_views.undecided(admin)
matching_lists.contested(admin)
matching_lists.search(admin)
matching_lists.history(admin)
