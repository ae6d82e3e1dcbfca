"""What every test shares: a fixed, repeatable profile for the properties, and no way out."""

import os

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

# Whatever would leave this machine ends at a port where nobody listens. Tests of the sources name
# their own proxy.
CLOSED = "http://127.0.0.1:9"
for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
    os.environ[name] = CLOSED
for name in ("NO_PROXY", "no_proxy"):
    os.environ[name] = "127.0.0.1,localhost"
# A key of the person at the keyboard is none of the tests' business.
os.environ.pop("FRED_API_KEY", None)
