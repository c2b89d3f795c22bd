"""The plots of the Evaluation page, as Vega-Lite: drawn in the browser from the figures alone."""

from collections.abc import Callable, Sequence
from typing import Any

from app.pages.frame.page_language import say
from app.views.evaluation_report import PastRun, ReliabilityBin, RiskPoint

Spec = dict[str, Any]

_HEIGHT = 240
_SHARE = {"format": ".0%"}
_WHOLE = {"domain": [0, 1]}


def by_kind(rows: Sequence[tuple[str, float, int]]) -> Spec:
    """Bars: the share of right topics, a kind each; rows of name, share, number of topics."""
    return {
        "data": {"values": [{"kind": k, "share": share, "n": n} for k, share, n in rows]},
        "height": max(30 * len(rows), 60),
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": 16},
        "encoding": {
            "x": _axis("share", "evaluation.axis_right", scale=_WHOLE),
            "y": {
                "field": "kind",
                "type": "nominal",
                "sort": "x",
                "title": None,
                "axis": {"labelLimit": 150},
            },
            "tooltip": [_tip("kind"), _share_tip("share", "evaluation.axis_right"), _topics_tip()],
        },
    }


def risk(points: Sequence[RiskPoint]) -> Spec:
    """A line: errors among the surest topics, over how many of them are taken."""
    return {
        "data": {"values": [{"coverage": p.coverage, "risk": p.risk} for p in points]},
        "height": _HEIGHT,
        "mark": "line",
        "encoding": {
            "x": _axis("coverage", "evaluation.axis_coverage"),
            "y": _axis("risk", "evaluation.axis_errors"),
            "tooltip": [
                _share_tip("coverage", "evaluation.axis_coverage"),
                _share_tip("risk", "evaluation.axis_errors"),
            ],
        },
    }


def reliability(bins: Sequence[ReliabilityBin]) -> Spec:
    """Dots: how many were covered, over how sure the system was; on the diagonal both agree."""
    values = [{"sure": b.confidence, "covered": b.share, "n": b.n} for b in bins]
    return {
        "height": _HEIGHT,
        "encoding": {
            "x": _axis("sure", "evaluation.axis_confidence", scale=_WHOLE),
            "y": _axis("covered", "evaluation.axis_covered", scale=_WHOLE),
        },
        "layer": [
            {
                "data": {"values": [{"sure": end, "covered": end} for end in (0, 1)]},
                "mark": {"type": "line", "strokeDash": [4, 4], "opacity": 0.6},
            },
            {
                "data": {"values": values},
                "mark": {"type": "circle", "opacity": 1},
                "encoding": {
                    "size": {
                        "field": "n",
                        "type": "quantitative",
                        "legend": None,
                        "scale": {"range": [30, 300]},
                    },
                    "tooltip": [
                        _share_tip("sure", "evaluation.axis_confidence"),
                        _share_tip("covered", "evaluation.axis_covered"),
                        _topics_tip(),
                    ],
                },
            },
        ],
    }


def history(runs: Sequence[PastRun], split_words: Callable[[str], str]) -> Spec:
    """Lines: the share of right topics in each run, a split each."""
    values = [
        {"at": f"{run.at:%Y-%m-%d %H:%M}", "share": figures["right"], "split": split_words(name)}
        for run in runs
        for name, figures in run.figures.items()
        if "right" in figures
    ]
    return {
        "data": {"values": values},
        "height": _HEIGHT,
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {
                "field": "at",
                # a place for each run: many on one day, and none in a week, are both usual
                "type": "ordinal",
                "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": "greedy"},
            },
            # runs differ by less than a per cent
            "y": _axis("share", "evaluation.axis_right", scale={"zero": False})
            | {"axis": {"format": ".1%"}},
            "color": {
                "field": "split",
                "type": "nominal",
                "legend": {"orient": "top", "title": None},
            },
            "tooltip": [
                {"field": "at", "type": "ordinal", "title": say("evaluation.head_at")},
                _tip("split"),
                _share_tip("share", "evaluation.axis_right"),
            ],
        },
    }


def _axis(field: str, title: str, *, scale: Spec | None = None) -> Spec:
    axis: Spec = {"field": field, "type": "quantitative", "title": say(title), "axis": _SHARE}
    return axis | ({"scale": scale} if scale else {})


def _tip(field: str) -> Spec:
    return {"field": field, "type": "nominal", "title": say(f"evaluation.axis_{field}")}


def _share_tip(field: str, title: str) -> Spec:
    return {"field": field, "type": "quantitative", "title": say(title), "format": ".1%"}


def _topics_tip() -> Spec:
    return {"field": "n", "type": "quantitative", "title": say("evaluation.axis_topics")}
