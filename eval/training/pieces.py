"""The word pieces that the model keeps: those that legal texts, questions and daily words use.

Of 250,000 pieces of a hundred languages most are never met. A piece that is left out
is no loss of text: its words are then made of shorter pieces.
"""

import gzip
import importlib.util
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

#: bos, pad, eos, unk and every piece below it are kept where they are
SPECIALS = 4
_WORDS_OF_DAILY_USE = 40_000
_ALWAYS = re.compile(r"▁?[\x21-\x7e]|▁?[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]|▁")
_READ = re.compile(
    r"▁?[\x20-\x7e]+|[▁\u2010-\u203f\u3000-\u303f\u3400-\u9fff\uff01-\uff5e0-9A-Za-z%]+"
)


def tokenizer_of(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """A tokenizer of XLM-R's kind that puts the marks for begin and end around a text."""
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(" {2,}", " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def kept_pieces(
    pieces: Sequence[tuple[str, float]], texts: Iterable[str], most: int
) -> NDArray[np.int64]:
    """Ids of the pieces to keep, ascending: marks, single characters, then the most used.

    ``texts`` are read whole; words of daily use, English and Chinese, count once each.
    """
    tokenizer = tokenizer_of(pieces)
    counts: Counter[int] = Counter()
    batch: list[str] = []
    for text in (*texts, *_daily_words()):
        batch += text.splitlines()
        if len(batch) > 5_000:
            _count(tokenizer, batch, counts)
            batch = []
    _count(tokenizer, batch, counts)
    kept = {i for i, (piece, _) in enumerate(pieces) if i < SPECIALS or _ALWAYS.fullmatch(piece)}
    for piece, _count_of in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(kept) >= most:
            break
        if _READ.fullmatch(pieces[piece][0]):
            kept.add(piece)
    return np.array(sorted(kept), dtype=np.int64)


def _count(tokenizer: Tokenizer, lines: list[str], counts: Counter[int]) -> None:
    for encoding in tokenizer.encode_batch(lines, add_special_tokens=False):
        counts.update(encoding.ids)


def _daily_words() -> list[str]:
    """The commonest words of two packages' lists, ten to a line."""
    with gzip.open(_file("wordninja", "wordninja/wordninja_words.txt.gz"), "rt") as lines:
        english = [line.strip() for line in lines][:_WORDS_OF_DAILY_USE]
    rows = [line.split() for line in _file("jieba", "dict.txt").read_text("utf-8").splitlines()]
    rows.sort(key=lambda row: (-int(row[1]), row[0]))
    chinese = [row[0] for row in rows[:_WORDS_OF_DAILY_USE]]
    return [
        *(" ".join(english[i : i + 10]) for i in range(0, len(english), 10)),
        *("，".join(chinese[i : i + 10]) for i in range(0, len(chinese), 10)),
    ]


def _file(module: str, name: str) -> Path:
    spec = importlib.util.find_spec(module)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / name
