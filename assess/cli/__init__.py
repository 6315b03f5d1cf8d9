"""The command line: one click group per file, each loaded only when it is called."""

import os
from importlib import import_module
from keyword import iskeyword

import click

from assess import __version__

#: command name -> module of this package; the attribute has the command's name with _ for -, and
#: one more at the end of a word that Python keeps for itself.
COMMANDS = {
    "bench": "bench",
    "calibrate": "calibrating",
    "campaign": "campaigns",
    "db": "operations",
    "demo": "demo",
    "impact": "impact",
    "import": "people",
    "import-answers": "campaigns",
    "init": "operations",
    "profile": "profile",
    "quality": "quality",
    "questionnaires": "questionnaires",
    "rank": "ranking",
    "reliability": "reliability",
    "report": "campaigns",
    "reset-second-factor": "operations",
    "score": "scoring",
    "serve": "operations",
    "worker": "operations",
}
#: Commands that run beside other processes of the installation on the same cores.
BESIDE_OTHERS = frozenset({"serve", "worker"})


class LazyGroup(click.Group):
    """Import a command's module when it is wanted: scoring a file needs no web framework."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Give the commands' names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command, None when there is none of this name."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        if cmd_name in BESIDE_OTHERS:
            # OpenBLAS reads it while NumPy is loaded. A thread a core in each process spins where
            # cores are busy: small products then take many times as long.
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        attribute = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        found = getattr(import_module(f"assess.cli.{module}"), attribute)
        return found if isinstance(found, click.Command) else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assess")
def main() -> None:
    """Assess people for contact-centre work: score, rank with error, report."""
