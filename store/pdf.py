"""PDF: the text layer, put into reading order by where it stands on the page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from store.column import Region, Row, flows, gutters, rows
from store.document import Document
from store.errors import UnreadableFile
from store.galley import Galley, body_size
from store.glyph import Sheet, sheets
from store.isolation import Limits, Progress, read_apart, serve
from store.margin import without_margins

MOST_PAGES = 5_000
MOST_STRIPS = 2_000_000  # runs of characters held in memory, some 200 bytes each
LIMITS = Limits()
_AT_ONCE = 100  # pages read before the document is opened anew
_FEW = 20  # strips on a page too few to show where the margins are
_BUSY = 5_000  # strips on one page beyond which it is a drawing, read in the file's order


def read_pdf(
    name: str, data: bytes, progress: Progress | None = None, limits: Limits = LIMITS
) -> Document:
    """The paragraphs of a PDF in reading order, with their pages and hints from the type sizes.

    PDFium runs in a process of its own, as a hostile file may hang or crash it.

    Args:
        progress: told the page read last and how many there are.

    Raises:
        UnreadableFile: locked by a password, damaged, a scan without text, too long, or it
            took more time or memory than `limits` allow.
    """
    if b"%PDF-" not in data[:1024]:
        raise _unopened(name, "")
    return read_apart("store.pdf", name, data, progress, limits)


def _read(name: str, data: bytes, progress: Progress) -> Document:
    """`read_pdf` in the child."""
    pages = _pages(name, data, progress)
    strips = sum(len(p.strips) for p in pages)
    letters = sum(len(s.text) for p in pages for s in p.strips)
    if not strips or sum(p.unknown for p in pages) > letters:
        raise _scan(name)
    body = body_size((s.size, len(s.text)) for p in pages for s in p.strips)
    found = _rows(without_margins(pages, body), body)
    if not found:
        raise _scan(name)
    lost = [p.number for p in pages if p.picture]
    return Document(name, Galley(found, body).lines(), _noted(lost))


def _pages(name: str, data: bytes, progress: Progress) -> list[Sheet]:
    import pypdfium2

    made: list[Sheet] = []
    pages, strips = 1, 0
    try:
        while len(made) < pages:
            # PDFium keeps every font that it met until the document is closed.
            document = pypdfium2.PdfDocument(data)
            try:
                pages = len(document)
                if pages > MOST_PAGES:
                    raise _too_long(name)
                for sheet in sheets(document, len(made), min(len(made) + _AT_ONCE, pages)):
                    made.append(sheet)
                    strips += len(sheet.strips)
                    progress(len(made), pages)
                    if strips > MOST_STRIPS:
                        raise _too_long(name)
            finally:
                document.close()
            if not made:
                raise _scan(name)
    except (pypdfium2.PdfiumError, OSError, ValueError) as error:
        raise _unopened(name, str(error)) from error
    return made


def _rows(pages: Sequence[Sheet], body: float) -> list[Row]:
    """The lines of all pages in reading order."""
    regions = [_region(p, pages) for p in pages]
    known = _known(regions, body)
    made: list[Row] = []
    flow = 0
    for page, region in zip(pages, regions, strict=True):
        if len(region.strips) > _BUSY:
            parts = [region] if region.strips else []
        else:
            parts = flows(region.strips, region.left, region.right, body, known)
        for part in parts:
            made += rows(part, page.number, flow)
            flow += 1
    return [r for r in made if r.text]


def _region(page: Sheet, pages: Sequence[Sheet]) -> Region:
    """The text of a page between its edges; a nearly empty page takes those of its neighbours."""
    left = min((s.x0 for s in page.strips), default=0.0)
    right = max((s.x1 for s in page.strips), default=page.width)
    if len(page.strips) < _FEW:
        near = [
            p
            for p in pages[max(0, page.number - 5) : page.number + 4]
            if len(p.strips) >= _FEW and abs(p.width - page.width) < 1
        ]
        if near:
            left = min(left, median(min(s.x0 for s in p.strips) for p in near))
            right = max(right, median(max(s.x1 for s in p.strips) for p in near))
    return Region(left, right, page.strips)


def _known(regions: Sequence[Region], body: float) -> list[float]:
    """Gutters that pages with much text show, on a sample of the pages."""
    full = [r for r in regions if _FEW <= len(r.strips) <= _BUSY]
    step = max(1, len(full) // 60)
    found = sorted(
        g
        for r in full[::step]
        for g in gutters(
            Region(r.left, r.right, tuple(sorted(r.strips, key=lambda s: (s.y, s.x0)))), body
        )
    )
    made: list[float] = []
    for g in found:
        if not made or g - made[-1] > 0.5 * body:
            made.append(g)
    return made


def _noted(lost: Sequence[int]) -> dict[str, str]:
    """A remark on pages that are pictures, shown with every citation; none if there are none."""
    if not lost:
        return {}
    numbers = "、".join(map(str, lost[:8])) + ("等" if len(lost) > 8 else "")
    return {"note": f"第 {numbers} 页是图片，没有文字，未读入"}


def _scan(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{name}”没有文字层（可能是扫描件），请先做文字识别（OCR），再导入识别后的文件。",
        f"“{name}” has no text layer (it may be a scan): run text recognition (OCR) first "
        "and import the result.",
    )


def _unopened(name: str, reason: str) -> UnreadableFile:
    if "password" in reason.lower() or "security" in reason.lower():
        return UnreadableFile(
            f"“{name}”有密码保护，请先解除密码，另存一份再导入。",
            f"“{name}” is locked by a password: remove it, save a copy and import that.",
        )
    return UnreadableFile(
        f"“{name}”不是完整的 PDF 文件，请重新下载或导出后再导入。",
        f"“{name}” is not a whole PDF file: download or export it again.",
    )


def _too_long(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{name}”太长，请拆成几个文件再导入。",
        f"“{name}” is too long: split it into several files.",
    )


if __name__ == "__main__":
    serve(_read)
