"""The report's curves as inline SVG: no script, no font, no colour of their own.

Colours come from the page's style sheet by class, so that one drawing serves light and
dark. A drawing is 360 units wide, about a phone's screen, so its letters stay legible.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor, isnan, log10

from markupsafe import Markup, escape

from app.views.evaluation_report import ReliabilityBin, RiskPoint
from eval.measures.latency import Latency

_WIDTH, _HEIGHT = 360, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 20, 12, 40
_PLOT_WIDTH = _WIDTH - _LEFT - _RIGHT
_PLOT_HEIGHT = _HEIGHT - _TOP - _BOTTOM
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_LATENCY_BARS = 24


def risk_coverage_chart(points: Sequence[RiskPoint], answered: float) -> Markup:
    """Risk over coverage; ``answered``: the share that the system did answer, as a line."""
    top = max(0.1, ceil(10 * max((p.risk for p in points), default=0.0)) / 10)
    places = " ".join(f"{_x(p.coverage):.1f},{_y(p.risk / top):.1f}" for p in points)
    here = _x(answered)
    body = (
        f'<polyline class="curve" points="{places}"/>'
        f'<line class="marker" x1="{here:.1f}" x2="{here:.1f}" y1="{_y(0)}" y2="{_y(1)}"/>'
        f'<text class="note" x="{here - 5:.1f}" y="{_TOP + 11}" text-anchor="end">'
        f"answers {answered:.0%}</text>"
    )
    return _frame("Risk by coverage", "surest share of topics", "errors", body, top)


def reliability_chart(bins: Sequence[ReliabilityBin]) -> Markup:
    """Share answerable over confidence; the diagonal is perfect calibration.

    The area of a dot grows with the topics in its bin.
    """
    most = max((b.n for b in bins), default=1)
    dots = "".join(
        f'<circle class="dot" cx="{_x(b.confidence):.1f}" cy="{_y(b.share):.1f}" '
        f'r="{3 + 7 * (b.n / most) ** 0.5:.1f}">'
        f"<title>{b.n} topics: confidence {b.confidence:.2f}, covered {b.share:.0%}</title>"
        "</circle>"
        for b in bins
    )
    diagonal = f'<line class="diagonal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _frame("Reliability", "confidence", "covered", diagonal + dots, 1.0)


def latency_chart(milliseconds: Sequence[float], times: Latency) -> Markup:
    """How many answers took how long; the last bar holds everything beyond it."""
    end = max(times.p95 * 1.25, 1.0)
    counts = [0] * _LATENCY_BARS
    for value in milliseconds:
        counts[min(int(value / end * _LATENCY_BARS), _LATENCY_BARS - 1)] += 1
    width = _PLOT_WIDTH / _LATENCY_BARS
    digits = 0 if end >= 10 else 1
    highest = max(counts)
    bars = "".join(
        f'<rect class="bar" x="{_LEFT + place * width + 0.5:.1f}" y="{_y(count / highest):.1f}" '
        f'width="{width - 1:.1f}" height="{_y(0) - _y(count / highest):.1f}">'
        f"<title>{count} answers</title></rect>"
        for place, count in enumerate(counts)
        if count
    )
    ticks = "".join(
        f'<text class="tick" x="{_x(share):.1f}" y="{_y(0) + 15}" text-anchor="middle">'
        f"{share * end:.{digits}f}</text>"
        for share in _QUARTERS
    )
    lines = "".join(
        f'<line class="marker" x1="{_x(at / end):.1f}" x2="{_x(at / end):.1f}" '
        f'y1="{_y(0)}" y2="{_y(1)}"/>'
        for at in times
    )
    return _svg("Latency", _axis() + bars + lines + ticks + _x_label("milliseconds per answer"))


def growth_chart(
    name: str, clauses: Sequence[int], seconds: Mapping[str, Sequence[float]]
) -> Markup:
    """Time over clauses, both axes logarithmic, a curve with its name for each of ``seconds``.

    ``clauses``: at least two numbers, ascending, each above 0, and so is each time; nan is left out.
    """
    every = [time for times in seconds.values() for time in times if not isnan(time)]
    bottom, top = floor(log10(min(every))), ceil(log10(max(every)))
    top = max(top, bottom + 1)
    left, right = log10(clauses[0]), log10(clauses[-1])

    def across(count: int) -> float:
        return _x((log10(count) - left) / (right - left))

    def upwards(time: float) -> float:
        return _y((log10(time) - bottom) / (top - bottom))

    grid = "".join(
        f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{upwards(10**power):.1f}" '
        f'y2="{upwards(10**power):.1f}"/><text class="tick" x="{_LEFT - 6}" '
        f'y="{upwards(10**power) + 4:.1f}" text-anchor="end">{_duration(power)}</text>'
        for power in range(bottom, top + 1)
    )
    ticks = "".join(
        f'<text class="tick" x="{across(count):.1f}" y="{_y(0) + 15}" '
        f'text-anchor="{"end" if count == clauses[-1] else "middle"}">{count:,}</text>'
        for count in clauses
    )
    curves = "".join(
        f'<polyline class="curve c{number}" points="'
        + " ".join(
            f"{across(n):.1f},{upwards(t):.1f}"
            for n, t in zip(clauses, times, strict=True)
            if not isnan(t)
        )
        + f'"/><text class="note c{number}" x="{_LEFT + 8}" y="{_TOP + 14 + 14 * number}">'
        f"{escape(series)}</text>"
        for number, (series, times) in enumerate(seconds.items())
    )
    return _svg(name, grid + _axis() + ticks + curves + _x_label("clauses"))


def _duration(power: int) -> str:
    """A power of ten, in seconds, as short as people write it: "10 ms", "100 s", "10 ks"."""
    if power >= 3:
        return f"{10 ** (power - 3):,} ks"
    return f"{10**power:,} s" if power >= 0 else f"{10 ** (power + 3):g} ms"


def _frame(name: str, x_label: str, y_label: str, body: str, top: float) -> Markup:
    """Axes from 0 to 100% across and to ``top`` upwards, with ``body`` on them."""
    grid = "".join(
        f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(q):.1f}" y2="{_y(q):.1f}"/>'
        f'<text class="tick" x="{_LEFT - 6}" y="{_y(q) + 4:.1f}" text-anchor="end">{q * top:.0%}'
        f'</text><text class="tick" x="{_x(q):.1f}" y="{_y(0) + 15}" text-anchor="middle">'
        f"{q:.0%}</text>"
        for q in _QUARTERS
    )
    middle = _TOP + _PLOT_HEIGHT / 2
    upwards = (
        f'<text class="axis" x="10" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 10 {middle})">{escape(y_label)}</text>'
    )
    return _svg(name, grid + _axis() + body + _x_label(x_label) + upwards)


def _svg(name: str, body: str) -> Markup:
    # Built from numbers and escaped labels only, so it may pass for markup.
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(name)}">{body}</svg>'
    )


def _axis() -> str:
    return (
        f'<path class="frame" d="M{_LEFT} {_TOP}V{_TOP + _PLOT_HEIGHT}H{_LEFT + _PLOT_WIDTH}" '
        'fill="none"/>'
    )


def _x_label(text: str) -> str:
    return (
        f'<text class="axis" x="{_LEFT + _PLOT_WIDTH / 2}" y="{_HEIGHT - 6}" '
        f'text-anchor="middle">{escape(text)}</text>'
    )


def _x(share: float) -> float:
    return _LEFT + share * _PLOT_WIDTH


def _y(share: float) -> float:
    return _TOP + (1 - share) * _PLOT_HEIGHT
