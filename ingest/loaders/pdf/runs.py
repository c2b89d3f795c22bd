"""A PDF page's content stream read into runs of text with their places.

Follows ISO 32000-1, 9.4 (text objects) and 8.10 (form XObjects). pypdf's own
extraction gives where a text starts but not where it ends, and without its end
a full line cannot be told from the last line of a paragraph.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pypdf import PageObject
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    NameObject,
    PdfObject,
    StreamObject,
)
from pypdf.generic._font import Font  # glyph decoding and widths; pypdf offers no public name

from ingest.loaders.pdf.characters import written_characters
from ingest.loaders.pdf.rules import Matrix, PathReader, Rule

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_PAINT_OPERATORS = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s"))
_PATH_OPERATORS = _PAINT_OPERATORS | {b"m", b"l", b"re", b"c", b"v", b"y", b"h", b"n"}
#: paths painted on a page that still counts as blank: a background, a frame
_BLANK_PAGE_PAINTS = 12
_MAX_FORM_DEPTH = 12


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text shown by one operator; points, origin at the lower left of the page as shown."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float  # height of the em
    pagination: bool  # marked by the producer as a page header, footer or number


@dataclass(slots=True)
class PageContent:
    """What one page shows."""

    number: int  # 1-based
    width: float  # points, as shown
    height: float
    runs: list[TextRun] = field(default_factory=list)
    turned: list[TextRun] = field(default_factory=list)  # text that is not horizontal
    rules: list[Rule] = field(default_factory=list)  # straight lines drawn on it
    images: int = 0
    paints: int = 0
    turned_by: int = 0  # degrees clockwise by which it is read turned from how it is shown

    @property
    def has_text(self) -> bool:
        return any(not run.text.isspace() for run in (*self.runs, *self.turned) if run.text)

    def as_shown(
        self, x0: float, y0: float, x1: float, y1: float
    ) -> tuple[float, float, float, float]:
        """A box of the page as it is read, where it is on the page as shown."""
        if self.turned_by == 90:
            return self.height - y1, x0, self.height - y0, x1
        if self.turned_by == 270:
            return y0, self.width - x1, y1, self.width - x0
        return x0, y0, x1, y1

    @property
    def is_blank(self) -> bool:
        """No text and nothing drawn beyond a background."""
        return not self.has_text and self.images == 0 and self.paints <= _BLANK_PAGE_PAINTS


@dataclass(slots=True)
class _State:
    """The graphics state that bears on text (ISO 32000-1, tables 52 and 104)."""

    ctm: Matrix
    font: Font | None = None
    size: float = 0.0
    char_spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0

    def copy(self) -> "_State":
        return _State(
            self.ctm,
            self.font,
            self.size,
            self.char_spacing,
            self.word_spacing,
            self.scale,
            self.leading,
            self.rise,
        )


def read_page(page: PageObject, number: int) -> PageContent:
    """The runs of ``page`` in the order they are drawn; raises pypdf's PyPdfError.

    A page whose words mostly run up or down is read as it is held to be read.
    """
    box = page.cropbox
    left, bottom = float(box.left), float(box.bottom)
    width, height = float(box.width), float(box.height)
    turn = int(page.rotation or 0) % 360
    content = _read_turned(page, number, turn, (left, bottom, width, height))
    upright = sum(len(run.text) for run in content.turned)
    if upright > sum(len(run.text) for run in content.runs):
        for more in (90, 270):
            turned = _read_turned(page, number, (turn + more) % 360, (left, bottom, width, height))
            if sum(len(run.text) for run in turned.runs) > upright / 2:
                turned.turned_by = more
                return turned
    return content


def _read_turned(
    page: PageObject, number: int, turn: int, box: tuple[float, float, float, float]
) -> PageContent:
    left, bottom, width, height = box
    base: Matrix = {
        90: (0.0, -1.0, 1.0, 0.0, -bottom, width + left),
        180: (-1.0, 0.0, 0.0, -1.0, width + left, height + bottom),
        270: (0.0, 1.0, -1.0, 0.0, height + bottom, -left),
    }.get(turn, (1.0, 0.0, 0.0, 1.0, -left, -bottom))
    if turn in (90, 270):
        width, height = height, width
    content = PageContent(number, width, height)
    contents = page.get("/Contents")
    stream = contents.get_object() if contents is not None else None
    if isinstance(stream, (ArrayObject, StreamObject)):
        # "bytes" keeps glyph codes as they are: only the font knows their characters.
        operations = ContentStream(stream, page.pdf, "bytes")
        reader = _Reader(content)
        reader.read(operations, _resolve(page.get("/Resources")), base, ())
        content.rules = reader.paths.rules
    return content


def _resolve(value: PdfObject | None) -> DictionaryObject:
    resolved = value.get_object() if value is not None else None
    return resolved if isinstance(resolved, DictionaryObject) else DictionaryObject()


class _Reader:
    """Runs one page's operators and collects what they show."""

    def __init__(self, content: PageContent) -> None:
        self.content = content
        self.fonts: dict[int, Font] = {}
        self.marked: list[bool] = []
        self.paths = PathReader()

    def read(
        self,
        stream: ContentStream,
        resources: DictionaryObject,
        ctm: Matrix,
        forms: tuple[int, ...],
    ) -> None:
        """Read one content stream; ``forms`` are the ids of the forms it stands in."""
        state = _State(ctm)
        stack: list[_State] = []
        text_matrix = line_matrix = _IDENTITY
        marks_before = len(self.marked)
        for operands, operator in stream.operations:
            if operator == b"q":
                stack.append(state.copy())
            elif operator == b"Q":
                if stack:
                    state = stack.pop()
            elif operator == b"cm":
                state.ctm = _multiply(_matrix(operands), state.ctm)
            elif operator == b"BT":
                text_matrix = line_matrix = _IDENTITY
            elif operator == b"Tm":
                text_matrix = line_matrix = _matrix(operands)
            elif operator in (b"Td", b"TD"):
                if operator == b"TD":
                    state.leading = -_number(operands, 1)
                move: Matrix = (1, 0, 0, 1, _number(operands, 0), _number(operands, 1))
                text_matrix = line_matrix = _multiply(move, line_matrix)
            elif operator in (b"T*", b"'", b'"'):
                if operator == b'"':
                    state.word_spacing = _number(operands, 0)
                    state.char_spacing = _number(operands, 1)
                text_matrix = line_matrix = _multiply((1, 0, 0, 1, 0, -state.leading), line_matrix)
                if operator != b"T*":
                    text_matrix = self._show(operands[-1:], state, text_matrix)
            elif operator == b"Tj":
                text_matrix = self._show(operands[:1], state, text_matrix)
            elif operator == b"TJ":
                parts = operands[0] if operands else None
                text_matrix = self._show(
                    parts if isinstance(parts, ArrayObject) else [], state, text_matrix
                )
            elif operator == b"Do":
                self._draw(operands, resources, state, forms)
            elif operator in (b"BMC", b"BDC"):
                self.marked.append(_is_pagination(operands))
            elif operator == b"EMC":
                if len(self.marked) > marks_before:
                    self.marked.pop()
            elif operator == b"INLINE IMAGE":
                self.content.images += 1
            elif operator in _PATH_OPERATORS:
                self.content.paints += operator in _PAINT_OPERATORS
                numbers = [_number(operands, at) for at in range(len(operands))]
                self.paths.read(operator, numbers, state.ctm)
            elif operator == b"sh":
                self.content.paints += 1
            else:
                self._set(operator, operands, state, resources)
        del self.marked[marks_before:]

    def _set(
        self,
        operator: bytes,
        operands: Sequence[object],
        state: _State,
        resources: DictionaryObject,
    ) -> None:
        if operator == b"Tf":
            state.font = self._font(operands, resources)
            state.size = _number(operands, 1)
        elif operator == b"Tc":
            state.char_spacing = _number(operands, 0)
        elif operator == b"Tw":
            state.word_spacing = _number(operands, 0)
        elif operator == b"Tz":
            state.scale = _number(operands, 0) / 100
        elif operator == b"TL":
            state.leading = _number(operands, 0)
        elif operator == b"Ts":
            state.rise = _number(operands, 0)

    def _font(self, operands: Sequence[object], resources: DictionaryObject) -> Font | None:
        fonts = _resolve(resources.get("/Font"))
        name = operands[0] if operands else None
        font = _resolve(fonts.get(name)) if isinstance(name, NameObject) else None
        if not font:
            return None
        if id(font) not in self.fonts:
            self.fonts[id(font)] = Font.from_font_resource(font)
        return self.fonts[id(font)]

    def _show(self, parts: Sequence[object], state: _State, text_matrix: Matrix) -> Matrix:
        """Show strings and shifts (9.4.4); returns the text matrix after them."""
        for part in parts:
            if isinstance(part, (int, float)):
                shift = -float(part) / 1000 * state.size * state.scale
                text_matrix = _multiply((1, 0, 0, 1, shift, 0), text_matrix)
            elif isinstance(part, (bytes, str)) and not isinstance(part, NameObject):
                for text, shift in _words(part, state):
                    if text:
                        self._add(text, shift, state, text_matrix)
                    text_matrix = _multiply((1, 0, 0, 1, shift, 0), text_matrix)
        return text_matrix

    def _add(self, text: str, advance: float, state: _State, text_matrix: Matrix) -> None:
        a, b, c, d, e, f = _multiply(text_matrix, state.ctm)
        x = e + state.rise * c
        y = f + state.rise * d
        size = abs(state.size) * math.hypot(c, d)
        if not all(map(math.isfinite, (a, b, x, y, size))):
            return
        length = advance * math.hypot(a, b)
        pagination = any(self.marked)

        run = TextRun(text, x, x + length, y, max(size, 0.1), pagination)
        # A slope of more than one in ten is a watermark or a turned table head.
        level = a > 0 and abs(b) <= 0.1 * a
        (self.content.runs if level else self.content.turned).append(run)

    def _draw(
        self,
        operands: Sequence[object],
        resources: DictionaryObject,
        state: _State,
        forms: tuple[int, ...],
    ) -> None:
        """Draw an XObject: count an image, read a form."""
        objects = _resolve(resources.get("/XObject"))
        name = operands[0] if operands else None
        found = objects.get(name) if isinstance(name, NameObject) else None
        form = found.get_object() if found is not None else None
        if not isinstance(form, StreamObject):
            return
        if form.get("/Subtype") != "/Form":
            self.content.images += 1
            return
        if id(form) in forms or len(forms) >= _MAX_FORM_DEPTH:
            return  # a form that draws itself shows nothing more
        matrix = form.get("/Matrix")
        resolved = matrix.get_object() if matrix is not None else None
        ctm = _multiply(_matrix(resolved), state.ctm) if resolved is not None else state.ctm
        own = form.get("/Resources")
        self.read(
            ContentStream(form, None, "bytes"),
            _resolve(own) if own is not None else resources,
            ctm,
            (*forms, id(form)),
        )


def _is_pagination(operands: Sequence[object]) -> bool:
    """``/Artifact <</Type /Pagination ...>>`` (14.8.2.2): header, footer, page number."""
    if len(operands) < 2 or operands[0] != "/Artifact":
        return False
    properties = operands[1]
    return isinstance(properties, DictionaryObject) and properties.get("/Type") == "/Pagination"


def _words(value: bytes | str, state: _State) -> Iterator[tuple[str, float]]:
    """A shown string as words and the spaces between them, each with its advance (9.4.4)."""
    font = state.font
    if isinstance(value, str) or font is None:
        # Without a font there are no characters, only codes.
        yield "\ufffd" * len(value), 0.5 * state.size * len(value) * state.scale
        return
    if isinstance(font.encoding, str):
        # Strings of composite fonts are two bytes a glyph; a cut one keeps its other glyphs.
        codes = value.decode(font.encoding, "surrogatepass" if len(value) % 2 == 0 else "replace")
        characters = list(codes)
        word_spacing = 0.0  # applies to the single-byte code 32 alone (9.3.3)
    else:
        codes = value.decode("latin-1")
        characters = [font.encoding.get(code, chr(code)) for code in value]
        word_spacing = state.word_spacing
    word = ""
    advance = 0.0
    for code, character in zip(codes, characters, strict=True):
        text = written_characters(str(font.character_map.get(character, character)))
        if word and (text.isspace() or word.isspace()):
            yield word, advance * state.scale
            word, advance = "", 0.0
        word += text
        if code == font.space_char:
            advance += font.space_width / 1000 * state.size + state.char_spacing + word_spacing
        else:
            advance += font.get_text_width(code) / 1000 * state.size + state.char_spacing
    yield word, advance * state.scale


def _number(operands: Sequence[object], index: int) -> float:
    value = operands[index] if index < len(operands) else 0.0
    return float(value) if isinstance(value, (int, float)) else 0.0


def _matrix(operands: object) -> Matrix:
    if not isinstance(operands, (list, tuple)) or len(operands) != 6:
        return _IDENTITY
    a, b, c, d, e, f = (_number(operands, index) for index in range(6))
    return (a, b, c, d, e, f)


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )
