"""What every test shares: a fixed, repeatable profile for the properties."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")
