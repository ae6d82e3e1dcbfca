"""Serve from a process of its own, for measurements: `python -m live --members 2000`."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime

from live import LiveServer, World
from live.certificates import authority

NOW = "2026-01-24T14:00:00+00:00"


def main() -> None:
    """Say port, certificate and environment in one line of JSON; serve until input is closed."""
    parser = argparse.ArgumentParser(prog="live", description=__doc__)
    parser.add_argument("--now", default=NOW, type=datetime.fromisoformat, help="the time, UTC")
    parser.add_argument("--members", default=0, type=int, help="companies in IWM")
    parser.add_argument("--large-members", default=0, type=int, help="companies in IVV")
    parser.add_argument("--latency", default=0.0, type=float, help="seconds before every answer")
    given = parser.parse_args()
    world = World.sample(given.now)
    world.add_members(given.members)
    world.add_members(given.large_members, fund="IVV")
    with LiveServer(world, latency=given.latency) as server:
        said = {
            "port": server.port,
            "ca": str(authority().file),
            "environment": server.environment,
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
