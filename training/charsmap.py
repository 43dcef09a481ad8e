"""The folding of characters in the form that a `tokenizer.json` carries.

`tokenizers.normalizers.Precompiled` reads sentencepiece's "precompiled charsmap": a double-array
trie over UTF-8 bytes (darts-clone's layout, https://github.com/s-yata/darts-clone) whose values
point into a block of zero-terminated replacements. Built here, it lets the model's own tokenizer
simplify traditional characters, so that every reader of the model gets the same tokens.
"""

from __future__ import annotations

import unicodedata
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from store.folding import fold

# Byte → what follows it; 0 → the value of what ends here.
Trie: TypeAlias = "dict[int, Trie | int]"
_LEAF = 1 << 31
_HAS_LEAF = 1 << 8


def folded_characters() -> dict[str, str]:
    """Every letter, digit or ideograph that `fold` changes and NFKC with lower case does not."""
    table = {}
    for code in (*range(0x80, 0xD800), *range(0xF900, 0x10000), *range(0x20000, 0x2FA20)):
        char = chr(code)
        if unicodedata.normalize("NFKC", char).lower() != char:
            continue
        folded = fold(char)
        if folded != char and (char.isalnum() or unicodedata.category(char) in ("So", "Cf")):
            table[char] = folded
    return table


def build_charsmap(table: dict[str, str]) -> bytes:
    """The charsmap that replaces each key of `table` (one character) by its value."""
    block = bytearray()
    trie: Trie = {}
    for char, replacement in sorted(table.items()):
        node = trie
        for byte in char.encode():
            child = node.setdefault(byte, {})
            assert isinstance(child, dict)
            node = child
        node[0] = len(block)
        block += replacement.encode() + b"\0"
    units = _double_array(trie)
    return np.uint32(units.nbytes).tobytes() + units.tobytes() + bytes(block)


def _double_array(trie: Trie) -> npt.NDArray[np.uint32]:
    """`trie` (byte → node, 0 → value) as darts-clone units: shape (n,), uint32.

    A unit holds its label (bits 0–7), whether a value hangs on it (bit 8) and the distance, by
    exclusive or, to the block of its children (bits 10–30); a value's unit has bit 31 set. Readers
    check labels only, so no two nodes may have the same base.
    """
    units: dict[int, int] = {0: 0}
    bases: set[int] = set()
    waiting = [(0, trie)]
    hint = 1
    while waiting:
        place, node = waiting.pop()
        base = hint
        while base in bases or any((base ^ label) in units for label in node):
            base += 1
        bases.add(base)
        if len(node) > 8:
            hint = max(hint, base - 256)
        units[place] |= (place ^ base) << 10
        for label, child in node.items():
            if isinstance(child, int):
                units[place] |= _HAS_LEAF
                units[base] = child | _LEAF
            else:
                units[base ^ label] = label
                waiting.append((base ^ label, child))
    array = np.zeros((max(units) // 256 + 1) * 256, dtype=np.uint32)
    array[list(units)] = list(units.values())
    return array
