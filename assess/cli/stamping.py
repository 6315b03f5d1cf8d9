"""Stamp translations, and record which wording and keys a version has."""

from pathlib import Path

import click

from assess.cli.content import folder_path
from assess.cli.faults import faults_to_exit
from assess.cli.tables import whole_file
from assess.instruments.stamping import stamp_folders


@click.command()
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=folder_path)
@click.option(
    "--draft",
    is_flag=True,
    help="Let the present version be recorded anew. Only for a version that nobody has answered: "
    "answers are scored by the wording and keys that their version was recorded with.",
)
@click.option(
    "--retranslated",
    metavar="PATH",
    multiple=True,
    help="The path of a text whose reviewed translation was made and signed again after its "
    "source changed; may be given several times.",
)
@faults_to_exit
def stamp(folders: tuple[Path, ...], retranslated: tuple[str, ...], *, draft: bool) -> None:
    """Stamp the translations in each FOLDER and record the instrument's version.

    A FOLDER is one instrument's folder, or a whole content folder: then what instruments share is
    stamped too. Of a translation only the stamps are written; a stamp names the source wording
    that a text stands for. Stale texts of a draft are stamped anew and named: look at them. A
    reviewed translation with stale texts is refused, unless each is named by --retranslated.
    versions.yaml notes the digest of the present version's wording and keys; a version that is
    recorded with others is refused. Nothing is written when anything is refused.
    """
    writes = stamp_folders(folders, retranslated=retranslated, draft=draft)
    for write in writes:
        with whole_file(write.path) as file:
            file.write(write.text)
        click.echo(write.told)
    if not writes:
        click.echo("nothing to stamp: every stamp and version is there")
