"""Review exports: the figures of people over a review period, as files that say where these come from."""

from core.ui.gate import require_viewer
from core.ui.reviews import review_choice, review_files, review_views
from core.ui.widgets import stat_views

scope = require_viewer()

stat_views.page_head("Review exports", scope.freshness())
review_views.purpose()
request = review_choice.choose(scope)
review_views.preview(scope, request)
review_files.files(scope, request)
