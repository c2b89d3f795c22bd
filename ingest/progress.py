"""A progress bar on stderr for a build."""

import sys
from types import TracebackType

from tqdm import tqdm


class ProgressBar:
    """Callable as (stage, done, total); silent when there is nothing to show."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bar is None or stage != self._stage:
            self._close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, file=sys.stderr, leave=True)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def tell(self, line: str) -> None:
        """Print a line on stderr above the bar."""
        tqdm.write(line, file=sys.stderr)

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
