"""One YAML file read with care: every fault is noted with the file and the path inside it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assess.errors import Invalid

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # PyYAML built without libyaml: slower, the same result
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]


MOST_NESTED = 20
#: Ten times what our largest file has; reading more takes a minute, and says nothing more.
MOST_VALUES = 100_000
LONGEST_VALUE = 20_000

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class _Loader(_BaseLoader):
    """A safe loader that refuses a key given twice and leaves dates as text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise yaml.YAMLError(f"line {line}: the key {key!r} is given twice")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in _BaseLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Node:
    """One value of a YAML file that knows its place.

    Reading never raises: what is wrong is appended to ``faults`` as "file: path: what",
    and a harmless stand-in is returned, so that one pass finds every fault.
    """

    value: object
    file: str
    path: str
    faults: list[str]

    def fault(self, what: str) -> None:
        """Note that this value is wrong."""
        self.faults.append(f"{self.file}: {self.path or 'the file'}: {what}")

    def child(self, key: str) -> "Node":
        """Give the value under ``key``; None when it is absent.

        What is inside an absent value goes unsaid: its own absence is the fault.
        """
        value = self.value.get(key) if isinstance(self.value, dict) else None
        faults = [] if self.value is None else self.faults
        return Node(value, self.file, f"{self.path}.{key}" if self.path else key, faults)

    def has(self, key: str) -> bool:
        """Say whether a value stands under ``key``."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def expect(self, required: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Note every key that is missing, unknown or not text."""
        if not isinstance(self.value, dict):
            absent = self.value is None
            self.fault("is missing" if absent else "must be a mapping of keys to values")
            return
        for key in required:
            if self.value.get(key) is None:
                self.child(key).fault("is missing")
        for key in self.value:
            if key not in required and key not in optional:
                self.child(str(key)).fault("is not a known key")

    def pairs(self) -> list[tuple[str, "Node"]]:
        """Give the key and value of each entry of a mapping, in the order of the file."""
        if self.value is None:
            return []
        if not isinstance(self.value, dict):
            self.fault("must be a mapping of keys to values")
            return []
        for key in self.value:
            if not isinstance(key, str):
                self.fault(f"the key {key!r} must be text (put it in quotes)")
        return [(key, self.child(key)) for key in self.value if isinstance(key, str)]

    def entries(self) -> list["Node"]:
        """Give each entry of a list."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            self.fault("must be a list")
            return []
        return [
            Node(value, self.file, f"{self.path}[{index}]", self.faults)
            for index, value in enumerate(self.value)
        ]

    def text(self, key: str, default: str = "") -> str:
        """Read text that says something; ``default`` when the key is absent."""
        return self.child(key).as_text() if self.has(key) else default

    def identifier(self, key: str) -> str:
        """Read a name of letters, digits, - and _."""
        word = self.text(key)
        if word and not _IDENTIFIER.fullmatch(word):
            self.child(key).fault(f"must be letters, digits, - and _ only, not {word!r}")
        return word

    def as_text(self) -> str:
        """Read this value as text that says something."""
        if not isinstance(self.value, str):
            self.fault(f"must be text, not {self.value!r} (put it in quotes)")
            return ""
        if not self.value.strip():
            self.fault("must not be empty")
        return self.value.strip()

    def number(self, key: str, low: float = float("-inf"), high: float = float("inf")) -> float:
        """Read a number within low..high; NaN when the key is absent or wrong."""
        return self.child(key).as_number(low, high) if self.has(key) else float("nan")

    def as_number(self, low: float = float("-inf"), high: float = float("inf")) -> float:
        """Read this value as a finite number within low..high."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fault(f"must be a number, not {self.value!r}")
        elif not low <= self.value <= high or abs(self.value) == float("inf"):
            limits = f"from {low:g} to {high:g}"
            self.fault(f"must be a number {limits}, not {self.value!r}")
        else:
            return float(self.value)
        return float("nan")

    def whole(self, key: str, low: float = float("-inf"), high: float = float("inf")) -> int:
        """Read a whole number within low..high; 0 when the key is absent or wrong."""
        number = self.number(key, low, high)
        if math.isnan(number):
            return 0
        if number != int(number):
            self.child(key).fault(f"must be a whole number, not {number!r}")
        return int(number)

    def flag(self, key: str) -> bool:
        """Read true or false; false when the key is absent or wrong."""
        if self.has(key) and not isinstance(self.child(key).value, bool):
            self.child(key).fault("must be true or false")
        return self.child(key).value is True

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """Read one of the ``allowed`` words."""
        word = self.text(key)
        if word and word not in allowed:
            self.child(key).fault(f"must be one of {', '.join(allowed)}, not {word!r}")
        return word

    def day(self, key: str) -> str:
        """Read a date as YYYY-MM-DD; empty when the key is absent."""
        word = self.text(key)
        try:
            return date.fromisoformat(word).isoformat() if word else ""
        except ValueError:
            self.child(key).fault(f"must be a date as YYYY-MM-DD, not {word!r}")
            return word


def read_document(path: Path, faults: list[str]) -> Node:
    """Read the YAML file ``path``; its faults, and those of reading it, go to ``faults``."""
    value: object = None
    try:
        text = path.read_bytes().decode("utf-8-sig")
        _refuse_tricks(text)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - it is safe
    except FileNotFoundError:
        faults.append(f"{path}: the file does not exist")
    except UnicodeDecodeError as error:
        faults.append(f"{path}: byte {error.start + 1}: the file is not UTF-8 text")
    except yaml.YAMLError as error:
        faults.append(f"{path}: {_yaml_fault(error)}")
    # A number of thousands of digits or of a size without end, a day that does not exist.
    except (ValueError, OverflowError) as error:
        faults.append(f"{path}: a value cannot be read: {' '.join(str(error).split())}")
    else:
        if not isinstance(value, Mapping):
            faults.append(f"{path}: the file must hold a mapping of keys to values")
    return Node(value, str(path), "", faults)


def _refuse_tricks(text: str) -> None:
    """Raise YAMLError for an alias, a tag, nesting or values without end, a zero byte.

    A few lines of aliases are a file that fills the memory; a tag says what to make of a value,
    and here only the reader says that.
    """
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_BaseLoader)):
        place = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"{place}write *{event.anchor} out; aliases are not read")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise yaml.YAMLError(f"{place}take {tag} away; tags are not read")
        if isinstance(event, yaml.ScalarEvent):
            _refuse_tricky_text(event.value, place)
        if count > MOST_VALUES:
            raise yaml.YAMLError(f"{place}more than {MOST_VALUES} values in one file")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_NESTED:
            raise yaml.YAMLError(f"{place}more than {MOST_NESTED} levels inside one another")


def _refuse_tricky_text(text: str, place: str) -> None:
    if len(text) > LONGEST_VALUE:
        raise yaml.YAMLError(f"{place}a text or number of more than {LONGEST_VALUE} characters")
    if "\0" in text:
        raise yaml.YAMLError(f"{place}holds a zero byte, which no database keeps")


def _yaml_fault(error: yaml.YAMLError) -> str:
    """Say in one line where and why a file is not YAML."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return " ".join(str(error).split())
    problem = getattr(error, "problem", None) or "it is not valid YAML"
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"


def refuse(faults: Sequence[str]) -> None:
    """Raise Invalid with every fault, each once, if there is one."""
    if faults:
        raise Invalid(*dict.fromkeys(faults))
