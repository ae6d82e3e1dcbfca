"""The pages of figures: whole histories, every value leading to the edition that printed it."""

from __future__ import annotations

import json
import re

from support_root import RootSite, copy_of, four_years


def _page(name: str) -> str:
    return four_years().files[name].decode()


def test_every_value_of_a_year_leads_to_its_edition() -> None:
    """To the newest release, by the figure's id, with what it prints."""
    page = _page("figures/return_1w/2025.html")
    found = re.findall(r'<td><a href="\.\./\.\./([^/]+)/figures\.html#([^"]+)">([^<]+)</a>', page)
    assert {folder for folder, _, _ in found} == {"2025-W51", "2025-W52-r2"}
    for folder, id, shown in found:
        facts = json.loads(four_years().files[f"{folder}/facts.json"])["facts"]
        assert shown == next(fact["display"] for fact in facts if fact["id"] == id)


def test_the_benchmark_stands_first() -> None:
    """As the headlines name it, whatever the order in which figures are printed."""
    page = _page("figures/return_1w.html")
    assert '<span class="chart-title">Russell 2000:' in page
    assert 'id="russell_2000"' not in page and 'id="sp_500"' in page


def test_all_figures_are_listed_by_section() -> None:
    """Each once, with its last value."""
    page = _page("figures/index.html")
    metrics = json.loads(four_years().files["figures/metrics.json"])
    for metric, known in metrics.items():
        assert page.count(f'href="{metric}.html"') == 1
        assert f">{known['section']}</h2>" in page


def test_a_figure_that_is_no_longer_printed_keeps_its_page() -> None:
    """And its place in the list, with the week that had it last."""
    site = copy_of(four_years())
    site.publish("2026-W05", metrics=5)
    dropped = (
        json.loads(site.files["figures/metrics.json"]).keys()
        - json.loads(site.files["2026-W05/facts.json"])["metrics"].keys()
    )
    assert dropped
    for metric in dropped:
        assert f'href="{metric}.html"' in site.files["figures/index.html"].decode()
        assert "23 January 2026" in site.files[f"figures/{metric}.html"].decode()


def test_years_but_the_newest_have_their_ranges_on_a_page() -> None:
    """The newest joins them when another begins."""
    years = re.findall(
        r'<tr><th scope="row"><a href="(\d+)\.html"', _page("figures/return_1w/years.html")
    )
    assert set(years) == {"2025", "2024", "2023"}
    site = copy_of(four_years())
    site.publish("2027-W01")
    assert '<a href="2026.html">2026</a>' in site.files["figures/return_1w/years.html"].decode()


def test_a_withheld_value_is_said_so_with_its_reason_in_the_data() -> None:
    """In the table as in the edition."""
    site = RootSite()
    site.publish("2026-W03")
    name = "2026-W03/facts.json"
    document = json.loads(site.files[name])
    fact = document["facts"][0]
    fact |= {"status": "withheld", "value": None, "display": "withheld", "reason": "no close, yet"}
    site.files[name] = json.dumps(document).encode()
    site.update(["2026-W03"])
    metric, _, subject = fact["id"].partition(".")
    assert (
        f'#{fact["id"]}"><i>withheld</i></a>' in site.files[f"figures/{metric}/2026.html"].decode()
    )
    assert f"{subject},,withheld," in site.files[f"figures/{metric}/2026.csv"].decode()
    assert '"no close, yet",simulated' in site.files[f"figures/{metric}/2026.csv"].decode()


def test_words_have_no_chart_but_the_weeks_in_which_they_changed() -> None:
    """A state is listed where it became another."""
    site = RootSite()
    for week in ("2026-W02", "2026-W03", "2026-W04"):
        site.publish(week, metrics=70, facts=140)
    page = site.files["figures/sma_cross.html"].decode()
    assert "<svg" not in page and "When it changed" in page
