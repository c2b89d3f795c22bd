"""What is trained: two linear maps of vectors, and the reader; the encoder below stays as it is.

Shapes: B texts, T tokens, W = 384 wide. A mask is True where a token stands.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

#: spaces in which the reader looks for what is near, and their width
HEADS, HEAD_WIDTH = 4, 64
#: width of what it gathers
GATHERED = 128


class VectorMaps(nn.Module):
    """Linear maps of the base model's vectors, one for questions and one for clauses.

    The base model's vectors lie in a narrow cone and tell the language of a text more
    than what it says; the maps mend that for the cost of two small matrices.
    """

    def __init__(self, width: int = 384) -> None:
        super().__init__()
        self.asked = nn.Linear(width, width)
        self.told = nn.Linear(width, width)
        for linear in (self.asked, self.told):
            nn.init.eye_(linear.weight)
            nn.init.zeros_(linear.bias)

    def centre(self, questions: Tensor, clauses: Tensor) -> None:
        """Begin with vectors less the mean of their kind (N, W)."""
        with torch.no_grad():
            self.asked.bias.copy_(-questions.mean(0))
            self.told.bias.copy_(-clauses.mean(0))

    def questions(self, vectors: Tensor) -> Tensor:
        """Vectors (N, W) of length 1."""
        return functional.normalize(self.asked(vectors), dim=1)

    def clauses(self, vectors: Tensor) -> Tensor:
        """Vectors (N, W) of length 1."""
        return functional.normalize(self.told(vectors), dim=1)

    def distance(self) -> Tensor:
        """How far both maps are from the identity: the sum of squared differences."""
        same = torch.eye(self.asked.in_features)
        return (self.asked.weight - same).square().sum() + (self.told.weight - same).square().sum()


class ClauseReader(nn.Module):
    """Compares a question with a clause token by token, on the lower layers' states.

    Each token of the question takes from the clause what is nearest to it, in several
    spaces (heads); both are compared, and what was found is gathered over the question
    (Parikh et al. 2016, "A Decomposable Attention Model"; the nearest tokens as in
    ColBERT, Khattab and Zaharia 2020). The layers below stay as they are, so that
    training takes minutes.
    """

    def __init__(self, width: int = 384) -> None:
        super().__init__()
        inner = HEADS * HEAD_WIDTH
        self.asked = nn.Linear(width, inner)
        self.told = nn.Linear(width, inner)
        # the same directions for both, so that near states are near from the start
        nn.init.orthogonal_(self.asked.weight)
        with torch.no_grad():
            self.told.weight.copy_(self.asked.weight)
        self.weigh = nn.Linear(width, 1)
        self.sharpness = nn.Parameter(torch.full((HEADS, 1, 1), 10.0))
        self.compare = nn.Linear(inner * 4 + HEADS, inner)
        self.gather = nn.Linear(inner * 2 + HEADS, GATHERED)
        self.score = nn.Linear(GATHERED + HEADS, 1)
        for linear in (self.weigh, self.score):
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)
        with torch.no_grad():  # begin with how near the nearest tokens are
            self.score.weight[0, -HEADS:] = 10.0 / HEADS
            self.score.bias.fill_(-7.0)
        self.dropout = nn.Dropout(0.2)

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
        spoken = _heads(words)
        near = functional.normalize(_heads(asked), dim=3) @ functional.normalize(spoken, dim=3).mT
        near = near.masked_fill(~clause_mask[told][:, None, None, :], -1e4)
        best = near.amax(3).mT
        heard = torch.softmax(near * self.sharpness, 3) @ spoken
        heard = heard.transpose(1, 2).flatten(2)
        compared = torch.cat([asked, heard, asked * heard, (asked - heard).abs(), best], 2)
        found = functional.gelu(self.compare(self.dropout(compared)))
        there = mask[of][:, :, None]
        shares = torch.softmax(self.weigh(x)[of].masked_fill(~there, -1e4), 1)
        taken = torch.cat([(shares * found).sum(1), found.masked_fill(~there, -1e4).amax(1)], 1)
        nearness = (shares * best).sum(1)
        gathered = functional.gelu(self.gather(torch.cat([self.dropout(taken), nearness], 1)))
        logits: Tensor = self.score(torch.cat([self.dropout(gathered), nearness], 1)).squeeze(1)
        return logits


def _heads(x: Tensor) -> Tensor:
    """(P, T, heads x width) -> (P, heads, T, width)."""
    return x.view(*x.shape[:2], HEADS, HEAD_WIDTH).transpose(1, 2)
