"""The hash of a figure's code: what changes it, and what does not."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from generator import graph, methods
from generator.metrics import _tools, inputs, records, returns, trend

FIGURES = (returns.price_return, trend.sma_200, records.drawdown)


@pytest.fixture
def rewritten(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[ModuleType, str]]:
    """Texts that stand for modules' own."""
    texts: dict[ModuleType, str] = {}
    real = inspect.getsource
    monkeypatch.setattr(inspect, "getsource", lambda module: texts.get(module) or real(module))
    _forget()
    yield texts
    _forget()


def _forget() -> None:
    methods._definition.cache_clear()
    methods._statements.cache_clear()


def hashes() -> list[str]:
    """Those of three figures of different modules."""
    _forget()
    return [methods.fingerprint([figure]) for figure in FIGURES]


def replaced(module: ModuleType, old: str, new: str) -> str:
    """A module's text, changed in one place."""
    text = inspect.getsource(module)
    assert text.count(old) >= 1
    return text.replace(old, new)


def test_comments_docstrings_titles_and_layout_do_not_count(
    rewritten: dict[ModuleType, str],
) -> None:
    """A method is what is computed."""
    before = hashes()
    text = ast.unparse(ast.parse(inspect.getsource(trend)))
    rewritten[trend] = "# A remark.\n" + text.replace("200-session average", "Another title")
    rewritten[_tools] = replaced(_tools, '"""Return a session as a plain date."""', '"""Day."""')
    assert hashes() == before


def test_another_function_of_the_module_does_not_count(rewritten: dict[ModuleType, str]) -> None:
    """Only what the figure runs through does."""
    before = hashes()
    rewritten[trend] = replaced(trend, "rolling(50).mean()", "rolling(50).median()")
    assert hashes() == before


def test_own_code_helpers_and_constants_count(rewritten: dict[ModuleType, str]) -> None:
    """In the module, in what all share, and in a module that another one imports from."""
    average, grown = hashes()[1], hashes()[0]
    rewritten[trend] = replaced(trend, "latest.mean()", "latest.max()")
    assert hashes()[1] != average and hashes()[0] == grown
    rewritten.clear()
    rewritten[returns] = replaced(returns, "DAYS_IN_A_YEAR = 365.25", "DAYS_IN_A_YEAR = 365.0")
    assert hashes()[0] != grown and hashes()[1] == average
    rewritten.clear()
    rewritten[_tools] = replaced(_tools, "close_on(closes, closes.index[-1]", "close_on(closes, 0")
    assert hashes()[0] != grown and hashes()[1] == average
    rewritten.clear()
    rewritten[inputs] = replaced(inputs, '"1w"', '"2w"')
    assert hashes()[0] != grown and hashes()[1] == average


def test_a_figure_has_the_code_of_all_it_is_computed_from() -> None:
    """How closes are adjusted is part of what an average is."""
    average = graph.metrics()["sma_200"]
    assert average.method != methods.fingerprint([trend.sma_200])
    assert average.method == methods.fingerprint(
        [trend.sma_200, inputs.closes, inputs.later_splits]
    )
    assert len({metric.method for metric in graph.metrics().values()}) > 30
