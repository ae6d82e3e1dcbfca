"""The sources of the live provider, on 127.0.0.1: no test needs a network.

A proxy terminates TLS for whatever host the client names, with certificates of its own authority,
and answers from a `World`, in the forms in which the sources answer. The real clients (yfinance
over curl_cffi, requests) are used unchanged; they find the proxy through their environment.

    from live import FRED_KEY, LiveServer, World, faults

    world = World.sample(datetime(2026, 1, 16, 22, 40, tzinfo=UTC))     # simulated history to then
    world.add_members(5)                                # of IWM: bars, and a line in its holdings
    with LiveServer(world) as server:
        with server.serving(monkeypatch):               # in this process, or
            ...
        subprocess.run(..., env=os.environ | server.environment)        # in another
        rule = server.fault(faults.status(429, retry_after=1), faults.symbol("IWM"), times=2)
        server.fault(faults.flat(6), faults.symbol("^RUT"))
        server.count("query2.finance.yahoo.com", "/v8/finance/chart/")
        assert rule.fired == 2 and not server.unexpected

`LiveServer(world, latency=0.0)`
    `environment`: what a client needs; `requests`: a `Record` of each one, in order;
    `asked(host, path_prefix)` and `count(host, path_prefix)` of them; `unexpected`: requests for
    what the world does not have; `handshakes` of TLS; a mistake of the server's own is raised at
    the end of `with`;
    `fault(what, when, times)` gives a `Rule`, `heal()` ends all of them; `latency` in seconds,
    added to every answer; `serving(monkeypatch)` sets the environment of this process.

`World(now)`, `World.sample(now, universe=None)`
    `now` may be moved. `listings` by Yahoo's symbol (`Listing`), `split(symbol, day, ratio)`,
    `funds` by product (`FundFile`), `economy` by series (`EconomicSeries`), `fred_keys`,
    `add_members(count, fund="IWM")`, `fund_delay` from a close until the day's fund files are out.

`faults`
    see there: what goes wrong, and `symbol`, `host`, `series`, `fund` and others for where.

`python -m live --members 2000 --latency 0.05`, with this folder's parent on the path, serves from
a process of its own until its input is closed, and says its port and its certificate first.
"""

from live import faults
from live.economy import EconomicSeries
from live.funds import FundFile, Holding
from live.listings import Listing
from live.messages import Answer, Record, Request
from live.proxy import LiveServer, Rule
from live.world import FRED_KEY, World

__all__ = [
    "FRED_KEY",
    "Answer",
    "EconomicSeries",
    "FundFile",
    "Holding",
    "Listing",
    "LiveServer",
    "Record",
    "Request",
    "Rule",
    "World",
    "faults",
]
