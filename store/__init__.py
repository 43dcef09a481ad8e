"""From source files to searchable passages. The only door is `Library`."""

from store.document import Document, Line
from store.errors import StoreError, YanjuError
from store.passage import Hit, Passage
from store.remarks import Official, Paragraph, Remarks

__all__ = [
    "Document",
    "Hit",
    "Line",
    "Official",
    "Paragraph",
    "Passage",
    "Remarks",
    "StoreError",
    "YanjuError",
]
