"""Roles: who may administer what, and sign-ins that were refused because their address is somebody else's."""

from core.ui.admin import role_views, sign_in_views
from core.ui.gate import require_admin
from core.ui.widgets import stat_views

scope = require_admin()

admin = role_views.admin_viewer(scope)
stat_views.page_head("Roles")
role_views.holders(admin)
with stat_views.toolbar():
    role_views.give(admin)
    role_views.take(admin)
sign_in_views.sign_ins(admin)
role_views.past(admin)
