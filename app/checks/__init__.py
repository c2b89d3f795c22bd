"""The checks of a sentence against the quotes that it cites, one module each."""

from collections.abc import Callable, Iterator

from app.checks.coverage import check_coverage
from app.checks.figures import check_figures
from app.checks.finding import Finding
from app.checks.force import check_force
from app.checks.polarity import check_polarity
from app.checks.reading import Reading

#: name -> check; each yields a finding for what it cannot prove
CHECKS: dict[str, Callable[[Reading], Iterator[Finding]]] = {
    "figures": check_figures,
    "force": check_force,
    "polarity": check_polarity,
    "coverage": check_coverage,
}
#: a sentence in another language than its quotes: nothing but figures and codes can be held
ACROSS_LANGUAGES = ("figures",)
