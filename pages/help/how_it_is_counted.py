"""How it is counted: every statistic with its source, written from the catalogue."""

from core.ui import catalogue_views, stat_views
from core.ui.gate import require_viewer

scope = require_viewer()

stat_views.page_head("How it is counted", scope.freshness())
catalogue_views.promise()
catalogue_views.definitions()
catalogue_views.statistics()
