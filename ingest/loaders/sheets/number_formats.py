"""What a sheet shows for a value: its number format (ECMA-376 part 1, 18.8.31) put to work."""

import re
from datetime import date, datetime, time, timedelta

_GENERAL_DIGITS = 11
#: "quoted", \x, _x (a space as wide as x), *x (a filler), [Red], [$¥-804], [h]
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<filler>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<part>AM/PM|A/P|上午/下午|y+|m+|d+|h+|s+(?:\.0+)?|e+|a{3,4})|(?P<literal>.)",
    re.IGNORECASE,
)
_ELAPSED = re.compile(r"[hms]+", re.IGNORECASE)
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+,*")
#: "# ?/?": a fraction, which is shown as a decimal instead
_FRACTION = re.compile(r"[#?0\s]*/\s*[#?0-9]")
_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_CHINESE_DAYS = "一二三四五六日"


def shown(value: object, number_format: str) -> str:
    """The text that a cell shows; what this module does not know is shown plainly.

    >>> shown(0.065, "0.0%"), shown(1234.5, "#,##0.00"), shown(85076000, "0000000000")
    ('6.5%', '1,234.50', '0085076000')
    >>> shown(datetime(2025, 3, 1), 'yyyy"年"m"月"d"日"')
    '2025年3月1日'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (date, time, timedelta)):
        return _day(value, number_format)
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    sections = number_format.split(";")
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    if section.strip().lower() in ("general", "@", ""):
        return _general(value)
    before, digits, after = _taken_apart(section)
    if digits is None:
        return before
    if _FRACTION.match(after):
        return _general(value)
    percents = (before + after).count("%")
    whole, _, decimals = digits.rstrip(",").partition(".")
    thousands = len(digits) - len(digits.rstrip(","))
    scaled = abs(value) * 100**percents / 1000**thousands
    if exponent := re.match(r"E[+-](0+)", after, re.IGNORECASE):
        written = f"{scaled:.{len(decimals)}E}"
        return f"{'-' if value < 0 else ''}{before}{written}{after[exponent.end() :]}"
    rounded = f"{scaled:.{len(decimals)}f}"
    integer, _, fraction = rounded.partition(".")
    kept = len(decimals.rstrip("#?"))
    fraction = fraction[:kept] + fraction[kept:].rstrip("0")
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        integer = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
    number = f"{integer}.{fraction}" if fraction or (decimals and kept) else integer
    minus = "-" if value < 0 and number.strip("0.,") else ""
    return f"{minus}{before}{number or '0'}{after}".strip()


def _general(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 10**_GENERAL_DIGITS):
        return str(int(value))
    return f"{value:.{_GENERAL_DIGITS - 1}g}".replace("e", "E")


def _taken_apart(section: str) -> tuple[str, str | None, str]:
    """What stands before the digits, the digits' own format, and what stands behind."""
    plain = ""
    marks: list[tuple[int, int]] = []  # where digits may stand: outside of what is quoted
    for token in _TOKEN.finditer(section):
        if token["quoted"] is not None or token["escaped"] is not None:
            plain += token["quoted"] if token["quoted"] is not None else token["escaped"]
        elif token["space"] is not None:
            plain += " "
        elif token["bracket"] is not None:
            currency = token["bracket"]
            plain += currency[1:].partition("-")[0] if currency.startswith("$") else ""
        elif token["filler"] is None:
            start = len(plain)
            plain += token.group()
            marks.append((start, len(plain)))
    outside = "".join(
        character if any(a <= at < b for a, b in marks) else "\0"
        for at, character in enumerate(plain)
    )
    digits = _DIGITS.search(outside)
    if digits is None:
        return plain, None, ""
    return plain[: digits.start()], digits.group(), plain[digits.end() :]


def _day(value: date | time | timedelta, number_format: str) -> str:
    section = number_format.partition(";")[0]
    if isinstance(value, timedelta):
        hours, rest = divmod(round(value.total_seconds()), 3600)
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    moment = (
        value
        if isinstance(value, datetime)
        else datetime.combine(date(1900, 1, 1), value)
        if isinstance(value, time)
        else datetime.combine(value, time())
    )
    tokens = list(_TOKEN.finditer(section))
    parts = [token["part"].lower() if token["part"] else "" for token in tokens]
    if not any(parts):
        return value.isoformat()
    half = any(part in ("am/pm", "a/p", "上午/下午") for part in parts)
    text = ""
    for at, token in enumerate(tokens):
        if part := parts[at]:
            minutes = part[0] == "m" and len(part) < 3 and _beside_time(parts, at)
            text += _part(moment, part, minutes=minutes, half=half)
        elif token["bracket"] is not None:
            is_elapsed = _ELAPSED.fullmatch(token["bracket"])
            text += str(moment.hour) if is_elapsed else ""
        elif token["space"] is not None:
            text += " "
        elif token["filler"] is None:
            text += token["quoted"] or token["escaped"] or token["literal"] or ""
    return text.strip()


def _beside_time(parts: list[str], at: int) -> bool:
    """Whether "m" means minutes: after hours or before seconds."""
    before = next((part for part in reversed(parts[:at]) if part), "")
    after = next((part for part in parts[at + 1 :] if part), "")
    return before.startswith("h") or after.startswith("s")


def _part(moment: datetime, part: str, *, minutes: bool, half: bool) -> str:
    width = len(part)
    if part in ("am/pm", "a/p", "上午/下午"):
        first, second = part.upper().split("/")
        return first if moment.hour < 12 else second
    if minutes:
        return f"{moment.minute:0{width}d}"
    if part[0] == "y":
        return f"{moment.year % 100:02d}" if width <= 2 else f"{moment.year:04d}"
    if part[0] == "e":
        return str(moment.year)
    if part[0] == "m":
        name = _MONTHS.split()[moment.month - 1]
        return f"{moment.month:0{width}d}" if width < 3 else name[:3] if width == 3 else name
    if part[0] == "d":
        name = _DAYS.split()[moment.weekday()]
        return f"{moment.day:0{width}d}" if width < 3 else name[:3] if width == 3 else name
    if part[0] == "a":
        return ("星期" if len(part) == 4 else "") + _CHINESE_DAYS[moment.weekday()]
    if part[0] == "h":
        hour = (moment.hour % 12 or 12) if half else moment.hour
        return f"{hour:0{width}d}"
    return f"{moment.second:0{min(width, 2)}d}"
