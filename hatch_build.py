"""Compile the gettext catalogues, which are not under version control, into every build."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    """Run before a wheel, an sdist or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Put a messages.mo beside every messages.po."""
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path) -> None:
    """Compile each catalogue below ``root`` that is newer than what was compiled of it."""
    for source in sorted(root.glob("assess/translations/*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name, abort_invalid=True)
        fresh = target.with_suffix(".mo.part")
        with fresh.open("wb") as compiled:
            write_mo(compiled, catalogue)
        fresh.replace(target)


if __name__ == "__main__":
    compile_catalogues(Path(__file__).resolve().parent)
