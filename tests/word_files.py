"""Word files with automatic numbers."""

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W = nsdecls("w")


def numbered(
    definitions: dict[int, Sequence[str]],
    lists: dict[int, tuple[int, str]],
    paragraphs: Sequence[tuple[int | None, int, str]],
) -> Document:
    """``lists``: numId -> (abstractNumId, overrides); ``paragraphs``: (numId, level, text)."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for definition, levels in definitions.items():
        xml = f'<w:abstractNum {W} w:abstractNumId="{definition}">{"".join(levels)}</w:abstractNum>'
        numbering.append(parse_xml(xml))
    for list_id, (definition, overrides) in lists.items():
        numbering.append(
            parse_xml(
                f'<w:num {W} w:numId="{list_id}"><w:abstractNumId w:val="{definition}"/>'
                f"{overrides}</w:num>"
            )
        )
    for list_id, index, text in paragraphs:
        paragraph = document.add_paragraph(text)
        if list_id is not None:
            properties = paragraph._p.get_or_add_pPr()
            properties.append(
                parse_xml(
                    f'<w:numPr {W}><w:ilvl w:val="{index}"/><w:numId w:val="{list_id}"/></w:numPr>'
                )
            )
    return document


def saved(document: Document) -> bytes:
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def level(
    index: int, number_format: str, text: str, *, start: int = 1, more: str = "", suffix: str = ""
) -> str:
    suff = f'<w:suff w:val="{suffix}"/>' if suffix else ""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>'
        f'{more}{suff}<w:lvlText w:val="{text}"/></w:lvl>'
    )


CHINESE_LAW = [
    level(0, "chineseCountingThousand", "第%1章", suffix="space"),
    level(1, "chineseCounting", "（%2）", suffix="nothing"),
    level(2, "decimal", "%3."),
    level(3, "decimal", "%1.%3.%4", more="<w:isLgl/>"),
]
