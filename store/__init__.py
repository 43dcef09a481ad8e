"""From source files to searchable passages. The only door is `Library`."""

from store.correction import Corrections, Statement, Step
from store.document import Document, Line
from store.errors import StoreError, YanjuError
from store.folding import fold, fold_with_map
from store.index import PassageIndex, embeddable, searchable, year_of
from store.library import Library
from store.passage import Candidate, Hit, Passage
from store.record import DocumentRecord, IngestResult
from store.remarks import Official, Paragraph, Remarks
from store.settings import Settings
from store.surname import surname_of
from store.vocabulary import tokenize

__all__ = [
    "Candidate",
    "Corrections",
    "Document",
    "DocumentRecord",
    "Hit",
    "IngestResult",
    "Library",
    "Line",
    "Official",
    "Paragraph",
    "Passage",
    "PassageIndex",
    "Remarks",
    "Settings",
    "Statement",
    "Step",
    "StoreError",
    "YanjuError",
    "embeddable",
    "fold",
    "fold_with_map",
    "searchable",
    "surname_of",
    "tokenize",
    "year_of",
]
