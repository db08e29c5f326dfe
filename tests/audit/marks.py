"""On which engine a test runs."""

from __future__ import annotations

import pytest

ON_SQLITE = pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
"""For what does not depend on the engine."""
