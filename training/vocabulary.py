"""The tokens of the table: Chinese words and characters, English words, letters and digits."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from store.folding import fold
from training.charsmap import build_charsmap, folded_characters

UNKNOWN = "[UNK]"
_HAN = "\u3007\u3400-\u9fff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z]+|[0-9]+")
_LONGEST = 6


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word (by jieba's dictionary) and each character occurs in `texts`."""
    import rjieba

    counts: Counter[str] = Counter()
    for text in texts:
        for run in _RUN.findall(fold(text)):
            if run[0].isascii():
                counts[run if run[0].isalpha() or len(run) <= 4 else "0"] += 1
                if run[0].isalpha():
                    counts.update(run[:n] for n in range(3, min(len(run), 7)))
            else:
                words = rjieba.cut(run)
                counts.update(word for word in words if len(word) <= _LONGEST)
                counts.update(char for char in run)
    return counts


def choose_tokens(counts: Counter[str], size: int) -> list[str]:
    """The `size` tokens: all characters of GB 2312, letters and digits, then the most frequent."""
    basic = [chr(code) for code in (*range(ord("0"), ord("9") + 1), *range(ord("a"), ord("z") + 1))]
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                basic.append(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    tokens = dict.fromkeys(fold(char) for char in basic)
    for word, count in counts.most_common():
        if len(tokens) >= size - 1 or count < 4:
            break
        # Digits: only years and short numbers as one token.
        tokens.setdefault(word)
    return [UNKNOWN, *tokens]


def build_tokenizer(tokens: list[str], counts: Counter[str]) -> Tokenizer:
    """A tokenizer that cuts text into the likeliest `tokens` (unigram model, Viterbi).

    White space and punctuation are dropped; a character without a token becomes `UNKNOWN`.
    """
    total = sum(counts[token] for token in tokens) + len(tokens)
    scores = [(token, math.log((counts[token] + 1) / total)) for token in tokens]
    scores[0] = (UNKNOWN, 0.0)
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Precompiled(build_charsmap(folded_characters())),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(
        Regex(rf"[{_HAN}]+|[a-z]+|[0-9]+"), behavior="removed", invert=True
    )
    return tokenizer


def parts(token: str, ids: dict[str, int]) -> list[int]:
    """The tokens inside `token`: its characters and the shorter words, where they have a row."""
    if len(token) == 1 or not token[0].isalpha() or token == UNKNOWN:
        return []
    shortest = 3 if token[0].isascii() else 1
    inner = {
        token[a:b]
        for a in range(len(token))
        for b in range(a + shortest, len(token) + 1)
        if b - a < len(token)
    }
    if token[0].isascii():
        inner = {part for part in inner if token.startswith(part)}
    return sorted(ids[part] for part in inner if part in ids)
