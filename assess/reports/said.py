"""The digest of all that a report says, printed on it and kept in the audit trail."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from assess.reports.sheets import Content


def said_digest(content: Content) -> str:
    """Give the SHA-256 of the content in canonical JSON: what is said, not how it looks."""
    text = json.dumps(
        [type(content).__name__, content],
        default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    # A half of a surrogate pair cannot be shown, and still belongs to what was said.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not said by any report")
