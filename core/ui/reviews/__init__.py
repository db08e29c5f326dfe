"""The parts of the pages 1:1 brief and Review exports."""
