"""Uptake: from the Claude Enterprise Analytics API to a chart that only its readers may see."""
