"""How it is counted: every statistic with its source, written from the catalogue."""

from core.ui.gate import require_viewer
from core.ui.help import catalogue_views
from core.ui.widgets import stat_views

scope = require_viewer()

stat_views.page_head("How it is counted", scope.freshness())
catalogue_views.promise()
catalogue_views.definitions()
catalogue_views.statistics()
