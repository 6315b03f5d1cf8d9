"""Exports on their way through the service."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assess.app import HANDLERS
from assess.db.scope import reading
from assess.instruments.catalogue import default_catalogue
from assess.jobs.worker import run_until_idle
from assess.profiles import record_queries, record_service
from assess.profiles.reasons import suggest_drivers
from assess.profiles.record_columns import Columns, suggest
from assess.profiles.record_queries import SummaryView
from tests.profiles.exports import write_export


@pytest.fixture
def export(tmp_path) -> Path:
    """Give the messy export."""
    return write_export(tmp_path / "acd.csv")


@pytest.fixture
def view(sessions, tenant) -> Callable[[int], SummaryView]:
    """Give a function that reads a summary."""

    def read(summary_id: int) -> SummaryView:
        with reading(sessions, tenant.organisation_id) as session:
            return record_queries.summary(session, summary_id)

    return read


@pytest.fixture
def take(sessions, settings, tenant) -> Callable[..., int]:
    """Give a function that uploads a file, maps the suggested columns and has it read."""

    def take_(content: bytes, columns: Columns | None = None, brand: str = "Parcel Friend") -> int:
        who = tenant.recruiter
        summary_id = record_service.take_export(
            sessions, settings, who, brand, io.BytesIO(content), now=datetime.now(UTC)
        )
        layout = record_service.layout_of(sessions, settings, who, summary_id)
        record_service.choose_columns(
            sessions,
            settings,
            who,
            summary_id,
            columns or Columns(suggest(layout)),
            now=datetime.now(UTC),
        )
        run_until_idle(sessions, settings, HANDLERS)
        return summary_id

    return take_


@pytest.fixture
def map_reasons(sessions, tenant, view) -> Callable[[int], str]:
    """Give a function that accepts every suggestion; it returns the digest."""

    def map_(summary_id: int, **changes) -> str:
        seen = view(summary_id)
        names = {cell.reason for cell in seen.cells if cell.reason}
        found = suggest_drivers(sorted(names), default_catalogue(), {})
        reasons = {reason: one.driver for reason, one in found.items()}
        choices = replace(record_queries.first_choices(seen), reasons=reasons, **changes)
        return record_service.decide(
            sessions,
            tenant.recruiter,
            default_catalogue(),
            summary_id,
            choices,
            now=datetime.now(UTC),
        )

    return map_
