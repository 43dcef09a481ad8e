"""How a Word document that is taken away looks: paper, type, footnotes."""

from __future__ import annotations

from typing import Any

MARK, MARK_ID = "footnote reference", "FootnoteReference"  # as Word calls its own
NOTE, NOTE_ID = "footnote text", "FootnoteText"
COLUMNS = (4.5, 11.4)  # cm of a table's two columns
_PAPER = (21.0, 29.7, 2.54)  # A4 and its margins, cm
_INK = "22201D"


def dress(file: Any) -> None:
    """Give a new python-docx document A4 paper, Chinese type and the styles of footnotes.

    The template names Latin fonts and English alone, so that a word processor would take
    Chinese for text of any East Asian kind and set its commas in the middle of the line.
    """
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    for section in file.sections:
        section.page_width, section.page_height = Cm(_PAPER[0]), Cm(_PAPER[1])
        section.left_margin = section.right_margin = Cm(_PAPER[2])
        section.top_margin = section.bottom_margin = Cm(_PAPER[2])
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    note = file.styles.add_style(NOTE, WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = file.styles["Normal"]
    note.font.size = Pt(9)
    note.paragraph_format.space_after = Pt(2)
    note.paragraph_format.line_spacing = 1.0
    mark = file.styles.add_style(MARK, WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript = True
    mark.font.italic = False
    note.element.set(qn("w:styleId"), NOTE_ID)
    mark.element.set(qn("w:styleId"), MARK_ID)
    faces = {"Normal": "宋体", "Title": "黑体", "Subtitle": "楷体", "Quote": "楷体", NOTE: "宋体"}
    faces |= {f"Heading {n}": "黑体" for n in (1, 2, 3)}
    for name, face in faces.items():
        fonts = file.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:hint"), "eastAsia")  # quotation marks are as wide as Chinese ones
        fonts.set(qn("w:eastAsia"), face)
        fonts.set(qn("w:ascii"), "Times New Roman")
        fonts.set(qn("w:hAnsi"), "Times New Roman")
        file.styles[name].font.color.rgb = RGBColor.from_string(_INK)


def widths(table: Any, columns: tuple[float, ...]) -> None:
    """Set the widths, in cm, of the columns of a table and of the cells in its last row."""
    from docx.shared import Cm

    for column, cell, width in zip(table.columns, table.rows[-1].cells, columns, strict=True):
        column.width = cell.width = Cm(width)
