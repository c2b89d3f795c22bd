"""The project's own model: one encoder that embeds questions and clauses and reads them together.

    pieces -> lower layers -> upper layers -> mean -> a question's or a clause's map = vector
                  |
                  +-> question and clause compared token by token -> how well it answers

Weights are ONNX graphs that compute in 8 bits, beside a table of word pieces in 4 bits,
made by ``python -m eval train`` (docs/model.md). They are asked with onnxruntime and tokenizers
alone: torch is not imported. Nothing is downloaded; each file is checked against the
sha256 that ``model.json`` names.
"""

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ConfigError
from ingest.models.windows import windows

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# read once when it is imported: without it onnxruntime sends what it did, and of which machine, to
# its maker (from 1.29 on)
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

Vectors = NDArray[np.float32]

#: the weights that come with the program
SHIPPED = Path(__file__).parent / "weights"
READER = "reader.onnx"
FILES = ("tokenizer.json", "pieces.npz", "lower.onnx", "upper.onnx", "maps.npz", READER)

_BEGIN, _PAD, _END = 0, 1, 2
#: tokens that each text is cut to, and what of it title, headings and lead-in may take
LONGEST_QUESTION = 64
LONGEST_CLAUSE = 192
LONGEST_READ = 192
LONGEST_CONTEXT = 48
#: clauses whose states stay in memory, some 80 KB each: the few that many questions meet
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause as the model sees it: what stands above it (title, headings, lead-in), its words."""

    context: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class States:
    """What the lower layers make of texts of one batch.

    ``states`` float32 (texts, tokens, width), ``mask`` int32 (texts, tokens).
    """

    states: NDArray[np.float32]
    mask: NDArray[np.int32]


class ClauseEmbedder(Protocol):
    """What an index is built with; vectors are float32 ``(texts, dimension)``, of length 1."""

    @property
    def fingerprint(self) -> str:
        """Another string whenever the same text may get another vector; the manifest keeps it."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        """The clause itself, or its parts if it is longer than the model reads."""

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """Vectors of questions."""

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        """Vectors of clauses, or of parts of them."""


class ClauseModel:
    """Embeds and reads with the weights of one folder; several threads may use it.

    Making one opens nothing; the first use reads the files (about 0.3 s) and raises
    :class:`ConfigError` where one is missing or is not the one that model.json names.
    """

    #: length of a vector
    dimension = 384

    def __init__(self, folder: Path = SHIPPED, threads: int = 0) -> None:
        """``threads``: texts computed at once; 0 takes one a core."""
        self.folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._read: OrderedDict[tuple[int, ...], NDArray[np.float16]] = OrderedDict()

    @property
    def fingerprint(self) -> str:
        """Another string whenever the same text may get another vector."""
        hashes = _read_manifest(self.folder)["sha256"]
        embedding = "".join(hashes[name] for name in FILES if name != READER)
        # 2: one text a call of the graphs; before, its neighbours moved a vector a little
        return f"clause-model 2 {hashlib.sha256(embedding.encode()).hexdigest()[:16]}"

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        """The clause itself, or parts of it that are read to their end, each below its context.

        A part ends with a sentence if it can, and shares about a quarter with the next one.
        """
        # a piece has at least one character
        if len(clause.body) <= LONGEST_CLAUSE - LONGEST_CONTEXT - 3:
            return [clause]
        return [ClauseText(clause.context, part) for part in self._open().windows(clause)]

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """Vectors of questions: float32 (len(questions), dimension), each of length 1."""
        opened = self._open()
        return self._embed([opened.question_ids(text) for text in questions], "asked")

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        """Vectors of clauses: float32 (len(clauses), dimension), each of length 1.

        A clause longer than 192 tokens is embedded by its beginning.
        """
        opened = self._open()
        ids = [opened.clause_ids(clause, LONGEST_CLAUSE) for clause in clauses]
        return self._embed(ids, "told")

    def read(self, question: str, clauses: Sequence[ClauseText]) -> NDArray[np.float32]:
        """How probable it is that each clause answers the question: float32 (len(clauses),), 0..1."""
        factor, term = self._open().calibration
        scaled = self.logits(question, clauses) * factor + term
        probable: NDArray[np.float32] = 1 / (1 + np.exp(-scaled))
        return probable

    def logits(self, question: str, clauses: Sequence[ClauseText]) -> NDArray[np.float32]:
        """What :meth:`read` makes probabilities of, before it is calibrated."""
        opened = self._open()
        if not clauses:
            return np.empty(0, dtype=np.float32)
        asked = opened.lower([opened.question_ids(question)])
        states = self._known_states([opened.clause_ids(c, LONGEST_READ) for c in clauses])
        read = opened.pool.map(lambda of_clause: self.compare(asked, _whole(of_clause)), states)
        return np.concatenate(list(read))

    def compare(self, asked: States, told: States) -> NDArray[np.float32]:
        """Logits of clauses' states for those of one question; for training."""
        states = {"question": asked.states, "clauses": told.states, "mask": told.mask}
        (logits,) = self._open().reader.run(["logits"], states)
        return np.asarray(logits, dtype=np.float32)

    def question_ids(self, question: str) -> list[int]:
        """Ids of a question's pieces, marks included; for training."""
        return self._open().question_ids(question)

    def clause_ids(self, clause: ClauseText, longest: int) -> list[int]:
        """Ids of a clause's pieces, marks included, at most ``longest``; for training."""
        return self._open().clause_ids(clause, longest)

    def states(self, ids: Sequence[list[int]]) -> States:
        """What the lower layers make of texts; for training."""
        return self._open().lower(ids)

    def base_vectors(self, read: States) -> Vectors:
        """Vectors before the maps: float32 (texts, dimension), of length 1; for training."""
        asked = {"states": read.states, "mask": read.mask}
        (vectors,) = self._open().upper.run(["vectors"], asked)
        return np.asarray(vectors, dtype=np.float32)

    def _known_states(self, ids: Sequence[list[int]]) -> list[NDArray[np.float16]]:
        """States of clauses, (tokens, width) each; those read lately are not computed again."""
        keys = [tuple(text) for text in ids]
        with self._lock:
            known = {key: self._read[key] for key in keys if key in self._read}
        opened = self._open()
        new = [key for key in dict.fromkeys(keys) if key not in known]
        read = opened.pool.map(lambda key: opened.lower([list(key)]).states[0], new)
        known |= {key: states.astype(np.float16) for key, states in zip(new, read, strict=True)}
        with self._lock:
            for key in keys:
                self._read[key] = known[key]
                self._read.move_to_end(key)
            while len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        return [known[key] for key in keys]

    def _embed(self, ids: list[list[int]], kind: str) -> Vectors:
        opened = self._open()
        weight, bias = opened.maps[kind]

        # one text a call: the graphs compute in bytes, whose scale all texts of it would share
        def embed(text: list[int]) -> Vectors:
            mapped: Vectors = self.base_vectors(opened.lower([text]))[0] @ weight.T + bias
            return mapped / np.linalg.norm(mapped)

        rows = list(opened.pool.map(embed, ids))
        return np.stack(rows) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def _open(self) -> "_Opened":
        with self._lock:
            if self._opened is None:
                self._opened = _Opened(self.folder, self._threads)
            return self._opened


class _Opened:
    """The files of a folder, checked and read."""

    def __init__(self, folder: Path, threads: int) -> None:
        from tokenizers import Tokenizer

        manifest = _read_manifest(folder)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda name: _check(folder / name, manifest["sha256"][name]), FILES))
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        with np.load(folder / "pieces.npz") as table:
            self._nibbles, self._scales = table["nibbles"], table["scales"]
        # texts side by side, each on one thread, take two thirds of the time of one after the other
        self.pool = ThreadPoolExecutor(threads or os.cpu_count())
        self._lower = _session(folder / "lower.onnx")
        with np.load(folder / "maps.npz") as maps:
            self.maps = {kind: (maps[f"{kind}_w"], maps[f"{kind}_b"]) for kind in ("asked", "told")}
        self.upper = _session(folder / "upper.onnx")
        self.reader = _session(folder / READER)
        self.calibration: tuple[float, float] = tuple(manifest["calibration"])

    def question_ids(self, question: str) -> list[int]:
        ids = self._ids(f"query: {question}")
        return [_BEGIN, *ids[: LONGEST_QUESTION - 2], _END]

    def clause_ids(self, clause: ClauseText, longest: int) -> list[int]:
        context = self._context_ids(clause)
        body = self._ids(clause.body)[: longest - 2 - len(context)]
        return [_BEGIN, *context, *body, _END]

    def windows(self, clause: ClauseText) -> list[str]:
        body = _encodable(clause.body)
        pieces: Any = self._tokenizer.encode(body, add_special_tokens=False)
        # one piece more marks the beginning of a part
        return windows(body, pieces.offsets, LONGEST_CLAUSE - 3 - len(self._context_ids(clause)))

    def _context_ids(self, clause: ClauseText) -> list[int]:
        above = "".join(f"{text} › " for text in clause.context if text)
        return self._ids(f"passage: {above}")[:LONGEST_CONTEXT]

    def lower(self, ids: Sequence[list[int]]) -> States:
        longest = max(map(len, ids))
        padded = np.full((len(ids), longest), _PAD)
        mask = np.zeros((len(ids), longest), dtype=np.int32)
        for row, text in enumerate(ids):
            padded[row, : len(text)] = text
            mask[row, : len(text)] = 1
        (states,) = self._lower.run(["states"], {"pieces": self._vectors(padded), "mask": mask})
        return States(states, mask)

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(_encodable(text), add_special_tokens=False).ids
        return found

    def _vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of 32 weights that share a scale the first 16 are low halves of bytes, the others high."""
        nibbles = self._nibbles[ids]
        scales = self._scales[ids].astype(np.float32)[..., None]
        nibbles = nibbles.reshape(*scales.shape[:-1], -1)
        values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
        vectors: NDArray[np.float32] = (values * scales).reshape(*ids.shape, -1)
        return vectors


def _encodable(text: str) -> str:
    """``text`` without the lone surrogates that no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _whole(states: NDArray[np.float16]) -> States:
    """Of one text without padding."""
    return States(states[None].astype(np.float32), np.ones((1, len(states)), dtype=np.int32))


def _session(path: Path) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "model.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"model: cannot read {path} ({error}): install the program again"
        ) from error
    return manifest


def _check(path: Path, expected: str) -> None:
    if _sha256(path) != expected:
        raise ConfigError(
            f"model: {path} is not the file that model.json beside it names: install the program again"
        )


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(
            f"model: cannot read {path} ({error.strerror}): install the program again"
        ) from error
