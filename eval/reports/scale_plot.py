"""Growth of build and search as one SVG file that needs no style sheet."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from eval.errors import CannotRun
from eval.reports.charts import growth_chart
from eval.speed.scale import Scale

_WIDTH, _HEIGHT = 740, 280
_STYLE = """
text { font: 11px system-ui, sans-serif; fill: #5b6675 }
.title { font-weight: 600; fill: #1b2430 }
.grid { stroke: #dfe3e8 } .frame { stroke: #5b6675 } .curve { fill: none; stroke-width: 2 }
.curve.c0 { stroke: #1f6f8b } .curve.c1 { stroke: #8a5a00; stroke-dasharray: 5 3 }
.curve.c2 { stroke: #1d7a46 } .curve.c3 { stroke: #b3261e; stroke-dasharray: 2 3 }
.note.c0 { fill: #1f6f8b } .note.c1 { fill: #8a5a00 } .note.c2 { fill: #1d7a46 }
.note.c3 { fill: #b3261e }
"""
#: what the two drawings show: the curve's name -> the stage
_BUILD = {
    "build": "build: whole",
    "stock recipe's build": "stock build: whole",
    "build without embedding": "build: beside embed",
}
_SEARCH = {
    "cold ask": "cold ask: whole",
    "stock recipe's warm search": "stock search: whole",
    "warm ask": "warm ask: whole",
    "warm search": "warm search: whole",
}


def scale_plot(scale: Scale) -> Markup:
    """Both axes logarithmic, so that a slope is a growth exponent; two sizes or more."""
    stages, clauses = scale.stages(), [size.clauses for size in scale.sizes]
    # Built from the charts and fixed words only, so it may pass for markup.
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>'
        f"{_panel('Build', 0, clauses, _BUILD, stages)}"
        f"{_panel('Search', _WIDTH // 2, clauses, _SEARCH, stages)}</svg>\n"
    )


def write_plots(scale: Scale, paths: Sequence[Path]) -> list[Path]:
    """The same plot in each file, and which were written: none of a single size.

    Raises CannotRun when a file can't be written.
    """
    if len(scale.sizes) < 2:
        return []
    try:
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(scale_plot(scale), encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotRun(f"can't write {error.filename}: {error.strerror}") from error
    return list(paths)


def _panel(
    title: str,
    left: int,
    clauses: Sequence[int],
    curves: Mapping[str, str],
    stages: Mapping[str, Sequence[float]],
) -> str:
    drawn = growth_chart(title, clauses, {name: stages[stage] for name, stage in curves.items()})
    return (
        f'<text class="title" x="{left + 44}" y="18">{title}</text>'
        f'<svg x="{left}" y="20" width="{_WIDTH // 2}" height="{_HEIGHT - 30}">{drawn}</svg>'
    )
