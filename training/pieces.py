"""The encoder's tokenizer: the pieces of a larger multilingual one that the data uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from store.folding import fold
from training.charsmap import build_charsmap, folded_characters

# As XLM-RoBERTa and the E5 models number them.
BEGIN, PAD, END, UNKNOWN = range(4)
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
# E5 was trained with it before questions, and where both sides are alike before both.
PREFIX = "query:"
_BATCH = 4096


def build_piece_tokenizer(pieces: Sequence[tuple[str, float]], prefix: Sequence[str]) -> Tokenizer:
    """A unigram tokenizer of `pieces` and their log probabilities that folds as the program does.

    Each text comes out as `<s>`, `prefix`, its own pieces, `</s>`, so no reader needs to add
    anything to a question or a passage.
    """
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Precompiled(build_charsmap(folded_characters())),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    frame = {"begin": [SPECIAL[BEGIN]], "prefix": list(prefix), "end": [SPECIAL[END]]}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="begin prefix $A end" if prefix else "begin $A end",
        special_tokens=[
            {
                "id": name,
                "ids": [tokenizer.token_to_id(token) for token in tokens],
                "tokens": tokens,
            }
            for name, tokens in frame.items()
            if tokens
        ],
    )
    return tokenizer


def choose_pieces(
    pieces: Sequence[str], scores: Sequence[float], texts: Iterable[str], size: int
) -> tuple[list[int], list[str]]:
    """Which `size` of `pieces` to keep (their numbers, ascending), and the prefix cut by them.

    All characters of GB 2312, letters and digits stay, with and without a space before them; then
    those that `texts` use most.
    """
    whole = build_piece_tokenizer(
        [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)], ()
    )
    prefix = whole.encode(PREFIX, add_special_tokens=False)
    basic = {chr(code) for code in range(32, 127)} | _gb2312()
    # What folding changes is never asked for.
    basic = {char for char in basic if fold(char) == char or not char.isalnum()}
    basic |= {f"▁{char}" for char in basic} | {"▁"}
    kept = dict.fromkeys([*range(len(SPECIAL)), *prefix.ids])
    kept.update((n, None) for n, piece in enumerate(pieces) if piece in basic)
    counts: Counter[int] = Counter()
    waiting: list[str] = []
    for text in texts:
        waiting.append(text)
        if len(waiting) == _BATCH:
            _count(whole, waiting, counts)
            waiting.clear()
    _count(whole, waiting, counts)
    for piece, _ in counts.most_common():
        if len(kept) >= size:
            break
        kept.setdefault(piece)
    return sorted(kept), prefix.tokens


def _count(tokenizer: Tokenizer, texts: list[str], counts: Counter[int]) -> None:
    for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False):
        counts.update(encoding.ids)


def _gb2312() -> set[str]:
    """The 6,763 ideographs of GB 2312."""
    found = set()
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found
