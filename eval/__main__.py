from eval.cli import commands
from ingest.command_line import run

run(commands, "python -m eval")
