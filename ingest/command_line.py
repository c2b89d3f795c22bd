"""How every command of the project ends: results on stdout, one line on stderr for an error.

Exit codes: 0 done, 1 done but something is wrong with the data, 2 bad usage,
bad input or no index, 130 interrupted.
"""

import os
import sys
from typing import NoReturn

import click

from ingest.errors import ClauseDeskError


def run(command: click.Command, program: str) -> NoReturn:
    """Run a click command; no user error shows a traceback."""
    try:
        code = command.main(prog_name=program, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = 2
    except click.ClickException as error:
        hint = f" ({program} --help)" if isinstance(error, click.UsageError) else ""
        click.echo(f"error: {error.format_message()}{hint}", err=True)
        code = 2
    except ClauseDeskError as error:
        click.echo(f"error: {error}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = 130
    except BrokenPipeError:
        # the reader (head, less) has gone; so has the need to write
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
