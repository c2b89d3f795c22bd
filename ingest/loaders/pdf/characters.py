"""Characters that a PDF's font tables name instead of the ones that were written.

A font may draw several code points with one glyph, and the way back from the
glyph then picks the wrong one: the ligature U+FB01 for "fi", the radical U+2F00
for 一. They are put back here, before anything counts offsets.
"""

import unicodedata

#: CJK Radicals Supplement to the ideograph drawn by the same glyph. Unicode gives
#: these no decomposition; the pairs are those that Noto Sans CJK SC maps to one
#: glyph in its cmap table, which is where such text layers come from.
_RADICAL_PAIRS = (
    "⺂乛⺃乚⺅亻⺉刂⺋㔾⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺞歺⺟母⺠民⺡氵⺣灬⺤爫⺦丬⺨犭⺭礻⺯糹⺰纟⺱罓⺳㓁⺹耂⺺肀⺾艹⻂衤⻅见⻄西⻆角⻈讠⻉贝⻋车⻌辶⻐钅"
    "⻑長⻒镸⻓长⻔门⻖阝⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_LATIN_LIGATURES = range(0xFB00, 0xFB07)
_KANGXI_RADICALS = range(0x2F00, 0x2FD6)


def _table() -> dict[int, str]:
    table = {
        code: unicodedata.normalize("NFKC", chr(code))
        for code in (*_LATIN_LIGATURES, *_KANGXI_RADICALS)
    }
    table.update(
        {ord(a): b for a, b in zip(_RADICAL_PAIRS[::2], _RADICAL_PAIRS[1::2], strict=True)}
    )
    # NFKC gives the traditional 戶; mainland fonts draw 户 with this radical's glyph.
    table[ord("⼾")] = "户"
    # Neither is a character of the text: a break opportunity and a filler.
    table[0x200B] = ""
    table[0x0000] = ""
    return table


_TABLE = _table()


def written_characters(text: str) -> str:
    """``text`` with ligatures and radicals put back: "ﬁnal" -> "final", "⼀" -> "一"."""
    return text.translate(_TABLE)


def is_undecodable(character: str) -> bool:
    """Whether a text layer gives this only where its font names no character."""
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs")
