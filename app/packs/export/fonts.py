"""The font of a PDF: Noto Sans SC, which holds Latin and Chinese, cut down to the letters used.

It comes in a package as one file with all its weights (17 MB); a PDF gets the few hundred
letters that stand in it, in the weights that it needs.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

WEIGHTS = {"": 400, "B": 700}  # by fpdf2's name of a style


def _file() -> Path:
    return Path(str(files("justmytype_intl_cjk"))) / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"


@cache
def drawable() -> frozenset[int]:
    """The code points for which the font has a letter."""
    from fontTools.ttLib import TTFont

    with TTFont(_file(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def cut_font(letters: str, style: str) -> bytes:
    """A TrueType font of these letters, the same bytes each time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options()
    # nothing here sets letters upright, joins or kerns them
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VVAR", "MVAR", "STAT", "vhea", "vmtx"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    with TTFont(_file(), lazy=True, recalcTimestamp=False) as font:
        _narrow_quotation_marks(font)
        cutter = subset.Subsetter(options)
        cutter.populate(text=letters)
        cutter.subset(font)
        small = _saved(font)
    font = TTFont(BytesIO(small), recalcTimestamp=False)
    return _saved(instancer.instantiateVariableFont(font, {"wght": WEIGHTS[style]}))


def _narrow_quotation_marks(font: Any) -> None:
    """A Chinese font sets “ ” as wide as a Chinese letter, which tears English apart."""
    substitutions = font["GSUB"].table
    narrow: dict[str, str] = {}
    for record in substitutions.FeatureList.FeatureRecord:
        if record.FeatureTag == "pwid":  # proportional widths, OpenType's own name
            for index in record.Feature.LookupListIndex:
                for table in substitutions.LookupList.Lookup[index].SubTable:
                    narrow |= getattr(getattr(table, "ExtSubTable", table), "mapping", {})
    for table in font["cmap"].tables:
        if table.isUnicode():
            for mark in map(ord, "“”‘’"):
                if mark in table.cmap:
                    table.cmap[mark] = narrow.get(table.cmap[mark], table.cmap[mark])


def _saved(font: Any) -> bytes:
    file = BytesIO()
    font.save(file)
    return file.getvalue()
