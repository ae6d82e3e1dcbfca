"""Charts: one module a topic, one pure function a chart."""
