"""Generated experts: who they are, how they rate, and the workbooks they send back."""

from io import BytesIO

import numpy as np
from openpyxl import load_workbook

from assess.instruments.expert_workbook import (
    INSTRUCTIONS,
    NAME,
    RATINGS,
    ROLE,
    YEARS,
    write_workbook,
)
from assess.instruments.model import Instrument

SEED = 20261126
TEAM = (
    *("Ada Okoye", "Ben", "C. D.", "Dewi Putri", "Elif Kaya", "Femi", "Gita", "Hugo", "Ines"),
    *("Jo", "Kai", "Lea"),
)


def draw(bank: Instrument, experts: int, *, noise: float = 0.6, seed: int = SEED) -> np.ndarray:
    """Draw ratings (experts, options): the key with normal noise, as whole points."""
    key = np.array([bank.option_keys[item].points for item in bank.item_ids])
    seen = key + np.random.default_rng(seed).normal(0, noise, (experts, key.size))
    return np.clip(np.rint(seen), bank.low, bank.high)


def fill(book, ratings, *, name="Ada Okoye", role="team leader", years=7, comments=None):
    """Write an expert's answers into an open workbook, as a person would."""
    first = book[INSTRUCTIONS]
    said = {NAME: name, ROLE: role, YEARS: years}
    for row in first.iter_rows(max_col=1):
        if row[0].value in said:
            first.cell(row[0].row, 2).value = said[row[0].value]
    sheet = book[RATINGS]
    for row in range(2, sheet.max_row + 1):
        item = sheet.cell(row, 1).value
        if item in ratings and not np.isnan(ratings[item]):
            sheet.cell(row, 4).value = int(ratings[item])
        if comments and item in comments:
            sheet.cell(row, 5).value = comments[item]


def filled(bank: Instrument, ratings, change=None, **said) -> bytes:
    """Give the XLSX file an expert sends back; ``change`` may spoil the open workbook."""
    book = load_workbook(BytesIO(write_workbook(bank)))
    fill(book, dict(zip(bank.item_ids, ratings, strict=True)), **said)
    if change is not None:
        change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
