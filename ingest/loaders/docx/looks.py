"""How Word shows a run, as far as it changes what it says: struck out, or raised."""

from docx.oxml.ns import qn
from lxml.etree import _Element

_OFF = ("0", "false", "off", "none")
_MOST_STYLES = 20  # that are based on each other


class RunLooks:
    """Reads the properties of a run, then those of its style and of its paragraph's."""

    def __init__(self, styles: _Element | None) -> None:
        found = styles.iterchildren(qn("w:style")) if styles is not None else ()
        self._styles = {style.get(qn("w:styleId"), ""): style for style in found}

    def is_struck(self, run: _Element) -> bool:
        return any(self._is_on(run, name) for name in ("w:strike", "w:dstrike"))

    def is_raised(self, run: _Element) -> bool:
        align = self._property(run, "w:vertAlign")
        if align is not None:
            return align.get(qn("w:val")) == "superscript"
        position = self._property(run, "w:position")
        height = position.get(qn("w:val"), "") if position is not None else ""
        return height.isdigit() and int(height) > 0

    def _is_on(self, run: _Element, name: str) -> bool:
        found = self._property(run, name)
        return found is not None and found.get(qn("w:val"), "1") not in _OFF

    def _property(self, run: _Element, name: str) -> _Element | None:
        own = run.find(f"{qn('w:rPr')}/{qn(name)}")
        if own is not None:
            return own
        style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        found = self._of_style(style, name)
        if found is None and (paragraph := _paragraph_of(run)) is not None:
            style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            found = self._of_style(style, name)
        return found

    def _of_style(self, reference: _Element | None, name: str) -> _Element | None:
        for _ in range(_MOST_STYLES):
            if reference is None:
                return None
            style = self._styles.get(reference.get(qn("w:val"), ""))
            if style is None:
                return None
            found = style.find(f"{qn('w:rPr')}/{qn(name)}")
            if found is not None:
                return found
            reference = style.find(qn("w:basedOn"))
        return None


def _paragraph_of(run: _Element) -> _Element | None:
    return next(run.iterancestors(qn("w:p")), None)
