"""The encoder's layers in torch, as BERT has them (Devlin et al. 2019), and what is trained on top of them.

Shapes: B texts, T tokens, W = 384 wide. A mask is True where a token stands.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from eval.training.base_model import BaseModel


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward part."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width)
        self.v = nn.Linear(width, width)
        self.ao = nn.Linear(width, width)
        self.fi = nn.Linear(width, inner)
        self.fo = nn.Linear(inner, width)
        self.aln = nn.LayerNorm(width, eps=1e-12)
        self.oln = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x`` (B, T, W) with ``mask`` (B, T)."""
        attended = functional.scaled_dot_product_attention(
            *(self._split(part(x)) for part in (self.q, self.k, self.v)),
            attn_mask=mask[:, None, None, :],
        )
        x = self.aln(x + self.ao(attended.transpose(1, 2).flatten(2)))
        out: Tensor = self.oln(x + self.fo(functional.gelu(self.fi(x))))
        return out

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


def layers_of(base: BaseModel, numbers: Sequence[int]) -> nn.ModuleList:
    """The base model's layers of these numbers, to be trained further."""
    layers = nn.ModuleList()
    for number in numbers:
        width, inner = base.tensors[f"{number}.fo.w"].shape
        layer = EncoderLayer(width, base.heads, inner)
        layer.load_state_dict(
            {
                f"{part}.{name}": torch.from_numpy(base.tensors[f"{number}.{part}.{name[0]}"])
                for part in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln")
                for name in ("weight", "bias")
            }
        )
        layers.append(layer)
    return layers


class QuestionEmbedder(nn.Module):
    """The upper layers, trained for questions: states -> vectors that point at clauses.

    Clauses keep the base model's layers, so that training needs their vectors once only;
    a linear map of these (``told``) is trained with the questions' (``asked``).
    """

    def __init__(self, base: BaseModel, first: int, last: int) -> None:
        super().__init__()
        width = base.tensors["norm.w"].shape[0]
        self.layers = layers_of(base, range(first, last))
        self.asked = _identity(width)
        self.told = _identity(width)

    def centre(self, questions: Tensor, clauses: Tensor) -> None:
        """Begin with vectors less the mean of their kind (N, W): e5's lie in a narrow cone."""
        with torch.no_grad():
            self.asked.bias.copy_(-questions.mean(0))
            self.told.bias.copy_(-clauses.mean(0))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Vectors (B, W) of length 1 of questions' states (B, T, W)."""
        for layer in self.layers:
            x = layer(x, mask)
        kept = mask[:, :, None].to(x.dtype)
        mean = functional.normalize((x * kept).sum(1) / kept.sum(1), dim=1)
        return functional.normalize(self.asked(mean), dim=1)

    def clauses(self, vectors: Tensor) -> Tensor:
        """Vectors (N, W) of length 1 from the base model's."""
        return functional.normalize(self.told(vectors), dim=1)


class ClauseReader(nn.Module):
    """Compares a question with a clause token by token, on the lower layers' states.

    Each token of the question takes from the clause what is nearest to it, both are
    compared, and what was found is gathered over the question (Parikh et al. 2016, "A
    Decomposable Attention Model"; the nearest tokens as in ColBERT, Khattab and Zaharia
    2020). The layers below stay as they are, so that training takes minutes.
    """

    def __init__(self, width: int = 384, inner: int = 128) -> None:
        super().__init__()
        self.asked = nn.Linear(width, inner)
        self.told = nn.Linear(width, inner)
        # the same directions for both, so that near states are near from the start
        nn.init.orthogonal_(self.asked.weight)
        with torch.no_grad():
            self.told.weight.copy_(self.asked.weight)
        self.weigh = nn.Linear(width, 1)
        self.sharpness = nn.Parameter(torch.tensor(10.0))
        self.compare = nn.Linear(inner * 4 + 1, inner)
        self.score = nn.Linear(inner * 2 + 1, 1)
        for linear in (self.weigh, self.score):
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)
        with torch.no_grad():  # begin with how near the nearest tokens are
            self.score.weight[0, -1] = 10.0
        self.dropout = nn.Dropout(0.1)

    def centre(self, question: Tensor, clause: Tensor) -> None:
        """Begin with states less their mean (W)."""
        with torch.no_grad():
            self.asked.bias.copy_(-self.asked.weight @ question)
            self.told.bias.copy_(-self.told.weight @ clause)

    def forward(
        self, x: Tensor, mask: Tensor, clauses: Tensor, clause_mask: Tensor, pairs: Tensor
    ) -> Tensor:
        """Logits (P) of ``pairs`` (P, 2), positions of a question in ``x`` (B, T, W) and of a
        clause in ``clauses`` (C, M, W)."""
        of, told = pairs[:, 0], pairs[:, 1]
        asked, words = self.asked(x)[of], self.told(clauses)[told]
        near = functional.normalize(asked, dim=2) @ functional.normalize(words, dim=2).mT
        near = near.masked_fill(~clause_mask[told][:, None, :], -1e4)
        best = near.amax(2, keepdim=True)
        heard = torch.softmax(near * self.sharpness, 2) @ words
        compared = torch.cat([asked, heard, asked * heard, (asked - heard).abs(), best], 2)
        found = functional.gelu(self.compare(self.dropout(compared)))
        there = mask[of][:, :, None]
        shares = torch.softmax(self.weigh(x)[of].masked_fill(~there, -1e4), 1)
        taken = torch.cat([(shares * found).sum(1), found.masked_fill(~there, -1e4).amax(1)], 1)
        taken = torch.cat([self.dropout(taken), (shares * best).sum(1)], 1)
        logits: Tensor = self.score(taken).squeeze(1)
        return logits


def _identity(width: int) -> nn.Linear:
    linear = nn.Linear(width, width)
    nn.init.eye_(linear.weight)
    nn.init.zeros_(linear.bias)
    return linear
