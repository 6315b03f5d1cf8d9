"""A new version of a judgement bank under a key that experts made: its files, from the old ones.

The instrument's text is changed in place, value by value, so that comments, order and wording stay
as the author wrote them; what came out is read again and held against what was meant.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import yaml

from assess.errors import Invalid
from assess.instruments.expert_key import KeyStudy
from assess.instruments.folder import Files, laid_out
from assess.instruments.load import INSTRUMENT_FILE, form_keys, load_instrument, norm_file
from assess.instruments.model import OptionKey
from assess.instruments.norming import RATERS, SEED, norm_yaml, simulate_norm

_SCORED_NOW: Final = "sme"


def next_version(version: str, taken: frozenset[str] = frozenset()) -> str:
    """Give the version after ``version``, none of ``taken``: "3" after "2", "2.1-1" after "2.1"."""
    stem, number = ("", int(version)) if version.isdecimal() else (f"{version}-", 0)
    while (found := f"{stem}{number + 1}") in taken:
        number += 1
    return found


def new_version(
    files: Files,
    study: KeyStudy,
    *,
    version: str,
    date: str,
    engine: str,
    raters: int = RATERS,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, str]:
    """Give the files of the next version of a bank: text by path inside the folder.

    ``files`` are the present ones, ``study`` proposes the key: only a settled one is no longer
    provisional. Norms are simulated anew for each form from ``raters``; translations stay, for
    no wording changed. Raises Invalid without a proposal, when the new version cannot be loaded
    or when a form has no norm.
    """
    if study.proposal is None:
        count, some = len(study.unrated), ", ".join(study.unrated[:5])
        raise Invalid(f"{count} responses have fewer than two ratings ({some}); nothing is keyed")
    made = {path: text for path, text in files.items() if not path.startswith("norms/")}
    made[INSTRUMENT_FILE] = rekeyed(
        files[INSTRUMENT_FILE],
        study.proposal,
        version=version,
        settled=study.settled,
        told=provenance(study, version, date),
    )
    with laid_out(made) as folder:
        forms = form_keys(folder) or (None,)
        for done, form in enumerate(forms, 1):
            instrument = load_instrument(folder, form=form, derived=False)
            norm = simulate_norm(instrument, SEED, raters=raters, date=date, engine=engine)
            made[norm_file(form).as_posix()] = norm_yaml(instrument, norm)
            if progress is not None:
                progress(done, len(forms))
    return made


def provenance(study: KeyStudy, version: str, date: str) -> str:
    """Give the line that says in the file, and to auditors, where its keys come from."""
    state = "" if study.settled else ", provisional"
    return (
        f"Keys of version {version}{state}: means of {study.experts} experts' ratings, "
        f"ICC(2,k) {study.agreement.mean:.2f}, {len(study.dropped)} responses dropped, {date}. "
        "What other comments say of keys is of earlier versions."
    )


def rekeyed(
    text: str, proposal: Mapping[str, OptionKey], *, version: str, settled: bool, told: str
) -> str:
    """Give an instrument's YAML ``text`` with the key, SDs and drops of ``proposal``.

    Raises Invalid when the text cannot be changed so that it reads back as meant.
    """
    meant = yaml.safe_load(text)
    meant["version"], meant["provisional"] = version, not settled
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    edits = [
        _after_line_start(text, _value(root, "version"), f"# {' '.join(told.split())}\n"),
        _replaced(_value(root, "version"), f'"{version}"'),
        _replaced(_value(root, "provisional"), "false" if settled else "true"),
    ]
    for block, node in zip(meant["blocks"], _value(root, "blocks").value, strict=True):
        if settled and block["status"] == "provisional":
            block["status"] = _SCORED_NOW
            edits.append(_replaced(_value(node, "status"), _SCORED_NOW))
        for option, place in zip(block["options"], _value(node, "options").value, strict=True):
            key = proposal[f"{block['id']}.{option['id']}"]
            edits += _option_edits(text, option, place, key)
    changed = _apply(text, edits)
    if yaml.safe_load(changed) != meant:
        raise Invalid(f"{INSTRUMENT_FILE}: the keys cannot be written into it; write them by hand")
    return changed


_Edit = tuple[int, int, str]
"""Start and end in the text, and what stands there instead."""


def _option_edits(
    text: str, option: dict[str, Any], node: yaml.MappingNode, key: OptionKey
) -> Iterator[_Edit]:
    """Give the edits of one option, and make them in ``option``, its data, as well."""
    wanted: dict[str, Any] = {"key": _whole(key.points), "key_sd": key.sd}
    if key.dropped or "dropped" in option:
        wanted["dropped"] = key.dropped
    added = ""
    after = _value(node, "key")
    for name, value in wanted.items():
        words = str(value).lower() if isinstance(value, bool) else str(value)
        if name in option:
            yield _replaced(_value(node, name), words)
        else:
            indent = ", " if node.flow_style else "\n" + " " * _column(node)
            added += f"{indent}{name}: {words}"
        option[name] = value
    if added:
        end = after.end_mark.index
        if not node.flow_style:
            line_end = text.find("\n", end)
            end = len(text) if line_end < 0 else line_end
        yield end, end, added


def _whole(points: float) -> float | int:
    return int(points) if points == int(points) else points


def _column(node: yaml.MappingNode) -> int:
    return int(node.value[0][0].start_mark.column)


def _value(node: Any, key: str) -> Any:
    return next(value for name, value in node.value if name.value == key)


def _replaced(node: Any, words: str) -> _Edit:
    return node.start_mark.index, node.end_mark.index, words


def _after_line_start(text: str, node: Any, line: str) -> _Edit:
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    return start, start, line


def _apply(text: str, edits: list[_Edit]) -> str:
    parts, at = [], 0
    for start, end, words in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[at:start], words]
        at = end
    return "".join([*parts, text[at:]])
