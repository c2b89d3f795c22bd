"""How a page shows its words, as far as it changes what they say: struck out, or raised."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.loaders.superscripts import is_figure, raised

_STRUCK_TAGS = frozenset(("s", "strike", "del"))
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through\b", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super\b", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
#: "s", ".old", "span.old", "#p3"
_SELECTOR = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?:(?P<mark>[.#])(?P<name>[\w-]+))?", re.IGNORECASE
)


class PageLooks:
    """What elements are struck out or raised, by tag, by their own style and by the page's."""

    def __init__(self, root: HtmlElement) -> None:
        rules = list(_rules(root))
        self._struck = [selector for selector, style in rules if _STRUCK.search(style)]
        self._raised = [selector for selector, style in rules if _RAISED.search(style)]

    def is_struck(self, element: HtmlElement) -> bool:
        return (
            element.tag in _STRUCK_TAGS
            or bool(_STRUCK.search(element.get("style", "")))
            or any(_fits(element, selector) for selector in self._struck)
        )

    def is_raised(self, element: HtmlElement) -> bool:
        return (
            element.tag == "sup"
            or bool(_RAISED.search(element.get("style", "")))
            or any(_fits(element, selector) for selector in self._raised)
        )


def drop_struck_out(root: HtmlElement) -> int:
    """Remove struck-out words, in place, and write raised ones as such; gives the number of
    stretches removed."""
    looks = PageLooks(root)
    removed = 0
    for element in list(root.iter()):
        if element is root or element.getparent() is None or not isinstance(element.tag, str):
            continue
        if looks.is_struck(element):
            removed += bool("".join(element.itertext()).strip())
            element.drop_tree()
        elif looks.is_raised(element) and is_figure("".join(element.itertext())):
            for part in element.iter():
                part.text = raised(part.text) if part.text else part.text
                if part is not element and part.tail:
                    part.tail = raised(part.tail)
    return removed


def _rules(root: HtmlElement) -> Iterator[tuple[re.Match[str], str]]:
    for sheet in root.iter("style"):
        for rule in _RULE.finditer(_COMMENT.sub("", sheet.text or "")):
            for selector in rule[1].split(","):
                if (found := _SELECTOR.fullmatch(selector.strip())) and found.group():
                    yield found, rule[2]


def _fits(element: HtmlElement, selector: re.Match[str]) -> bool:
    if selector["tag"] and selector["tag"].lower() != element.tag:
        return False
    if selector["mark"] == "#":
        return bool(element.get("id") == selector["name"])
    return not selector["mark"] or selector["name"] in element.get("class", "").split()
