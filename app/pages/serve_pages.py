"""The process of the chat page: Streamlit, which imports what its pages need while no browser is there.

python -m app.pages.serve_pages run app/pages/start.py …    as `streamlit run` takes it
"""

import sys
import time
from threading import Thread

from streamlit.runtime import Runtime
from streamlit.web.cli import main

#: seconds between two looks whether the server has started
_TICK = 0.05


def _load_ahead() -> None:
    while not Runtime.exists():  # before it, imports would only keep the server from starting
        time.sleep(_TICK)
    import app.pages.ask.ask_page  # noqa: F401 - nearly all that any page imports


if __name__ == "__main__":
    Thread(target=_load_ahead, daemon=True, name="load-ahead").start()
    sys.exit(main(prog_name="streamlit"))
