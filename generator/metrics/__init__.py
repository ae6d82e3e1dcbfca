"""Metrics: one module a topic, one pure function a figure."""
