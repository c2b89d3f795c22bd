"""The checks of a sentence against the quotes that it cites, one module each."""

from collections.abc import Callable, Iterator

from app.proof.bounds import check_bounds
from app.proof.conditions import check_conditions
from app.proof.figures import check_figures
from app.proof.force import check_force
from app.proof.lists import check_lists
from app.proof.names import check_latin_names, check_names
from app.proof.objection import Objection
from app.proof.opposites import check_opposites
from app.proof.polarity import check_polarity
from app.proof.reading import Reading
from app.proof.support import check_one_place, check_support

#: name -> check; each yields a finding for what it cannot prove
CHECKS: dict[str, Callable[[Reading], Iterator[Objection]]] = {
    "figures": check_figures,
    "names": check_names,
    "force": check_force,
    "polarity": check_polarity,
    "opposites": check_opposites,
    "bounds": check_bounds,
    "conditions": check_conditions,
    "lists": check_lists,
    "coverage": check_support,
    "one place": check_one_place,
}
#: for a sentence in another language than its quotes: nothing else can be held
ACROSS_LANGUAGES = (check_figures, check_latin_names)
