"""Text from outside as plain text on pages."""

from core.reports.markdown import literal

__all__ = ["literal"]
