"""Counted contacts and choices as plain documents, to store and to name by a digest."""

from collections.abc import Mapping, Sequence
from typing import Any

from assess.profiles.record_columns import Columns
from assess.profiles.record_layout import Layout
from assess.profiles.record_mix import Choices
from assess.profiles.record_reading import Cell, Fault, Reading


def columns_document(columns: Columns, layout: Layout, tries: int) -> dict[str, Any]:
    """Give the mapped columns with their headers; the other headers are not kept."""
    return {
        "places": dict(columns.places),
        "headers": {role: layout.header[place] for role, place in columns.places.items()},
        "order": columns.order,
        "unit": columns.unit,
        "tries": tries,
    }


def columns_of(document: Mapping[str, Any]) -> Columns:
    """Give the columns back."""
    return Columns(document["places"], document["order"], document["unit"])


def cells_document(cells: Sequence[Cell]) -> dict[str, Any]:
    """Give cells as one list each; sums of whole numbers stay whole."""
    return {
        "cells": [
            [
                c.month,
                c.reason,
                c.channel,
                c.live,
                [int(m) if m == int(m) else m for m in c.measures],
            ]
            for c in cells
        ]
    }


def cells_of(document: Mapping[str, Any]) -> list[Cell]:
    """Give the cells back."""
    return [
        Cell(month, reason, channel, live, tuple(map(float, measures)))
        for month, reason, channel, live, measures in document.get("cells", ())
    ]


def counts_document(reading: Reading) -> dict[str, Any]:
    """Give the counts and the first faults."""
    return {
        "rows": dict(reading.counts),
        "faults": [[fault.row, fault.what] for fault in reading.faults],
    }


def faults_of(document: Mapping[str, Any]) -> list[Fault]:
    """Give the first faults back."""
    return [Fault(row, what) for row, what in document.get("faults", ())]


def choices_document(choices: Choices) -> dict[str, Any]:
    """Give the choices in an order that is always the same."""
    return {
        "reasons": dict(sorted(choices.reasons.items())),
        "channels_out": sorted(choices.channels_out),
        "lives_out": sorted(choices.lives_out),
        "period": list(choices.period) if choices.period else None,
        "adjusted": choices.adjusted,
    }


def choices_of(document: Mapping[str, Any]) -> Choices:
    """Give the choices back; none were made before the document holds any."""
    period = document.get("period")
    return Choices(
        reasons=document.get("reasons", {}),
        channels_out=frozenset(document.get("channels_out", ())),
        lives_out=frozenset(document.get("lives_out", ())),
        period=(period[0], period[1]) if period else None,
        adjusted=document.get("adjusted", False),
    )
