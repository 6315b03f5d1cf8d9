"""The command line: one click group per file."""

import click

from assess import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assess")
def main() -> None:
    """Assess people for contact-centre work: score, rank with error, report."""
