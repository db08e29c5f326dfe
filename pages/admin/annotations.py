"""Annotations: what happened on some days, shown as marks on the charts."""

from core.ui.admin import annotation_views
from core.ui.gate import require_admin
from core.ui.widgets import stat_views

scope = require_admin()

admin = annotation_views.admin_viewer(scope)
stat_views.page_head("Annotations")
annotation_views.explanation()
with stat_views.toolbar():
    annotation_views.note(admin)
annotation_views.listing(admin)
