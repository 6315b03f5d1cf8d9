"""Exports of contacts as telephone and ticket systems really write them."""

import random
from pathlib import Path

HEADER = (
    *("Contact ID", "Start time", "Customer name", "Phone", "E-mail", "Channel", "Reason"),
    *("Handle time", "Escalated", "Transferred", "Sentiment", "Handled by", "Notes"),
)

#: Spellings of each reason in three languages, with typing errors.
REASONS = {
    "delivery": ("Delivery late", "delivery LATE", "Delivry late", "Livraison en retard"),
    "returns": ("Refund request", "Remboursement", "Devolución y reembolso", "RETURN / refund"),
    "billing": ("Billing dispute", "Litige facture", "Factura incorrecta", "Biling dispute"),
    "status": ("Order status", "Suivi de commande", "Estado del pedido"),
    "cancel": ("Cancellation", "Résiliation", "Cancelación"),
}
#: What must never be found anywhere once a file was read.
SECRETS = ("Ada Okoye", "Zoë Quist", "ada.okoye@example.org", "+447700900123", "my mother is ill")


def messy_rows(n: int = 400, seed: int = 7) -> list[list[str]]:
    """Give the rows of an export with everything that goes wrong in one."""
    rng = random.Random(seed)  # noqa: S311
    rows = []
    for i in range(n):
        driver = rng.choices(list(REASONS), [35, 25, 15, 15, 10])[0]
        day, month, hour = rng.randint(1, 28), rng.randint(1, 6), rng.randint(8, 19)
        heat = {"billing": 0.4, "delivery": 0.3}.get(driver, 0.1)
        seconds = rng.randint(60, 900)
        rows.append(
            [
                f"C-{i:05d}",
                rng.choice(
                    [
                        f"{day:02d}/{month:02d}/2026 {hour}:05",
                        f"2026-{month:02d}-{day:02d}T{hour:02d}:05:00+02:00",
                        f"{day}.{month}.2026",
                    ]
                ),
                rng.choice(SECRETS[:2]),
                SECRETS[3],
                SECRETS[2],
                rng.choice(["Voice", "voice", "Chat"]),
                rng.choice(REASONS[driver]) + rng.choice(["", "", " ", "  "]),
                rng.choice(
                    [f"{seconds // 60}:{seconds % 60:02d}", str(seconds), f"{seconds // 60} min"]
                ),
                "yes" if rng.random() < heat else "No",
                rng.choice(["0", "1"]),
                rng.choice(["negative", "neutral", "positif"]),
                "bot" if i % 10 == 0 else "agent",
                f'{SECRETS[4]}, "she" said;\nsecond line {i}',
            ]
        )
    rows[3][6] = ""
    rows[4][6] = '=HYPERLINK("http://example.org","Billing")'
    rows[5][6] = '="Order status"'
    rows[6][6] = "ZZ-917 internal"
    rows[7][1] = "31/31/2026"
    rows[8][7] = "ages"
    rows[9][8] = "perhaps"
    # A day number of a spreadsheet, a month's name, a short year, no marks at all, no date.
    for row, date in enumerate(("46054", "3 Mar 2026", "13/05/26", "20260131 ", ""), 10):
        rows[row][1] = date
    rows[15][6] = "\u00a0Order\u00a0status "
    rows[16][5], rows[16][8] = "", ""
    rows[17][12] = "=cmd|' /C calc'!A0"
    rows.append(list(rows[20]))
    rows.append([*rows[21][:6], "Cancellation", *rows[21][7:]])
    return rows


def as_csv(rows: list[list[str]], delimiter: str = ",", header: tuple[str, ...] = HEADER) -> str:
    """Write rows as CSV text."""

    def quoted(cell: str) -> str:
        if any(mark in cell for mark in f'{delimiter}"\n'):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    return "".join(delimiter.join(map(quoted, row)) + "\r\n" for row in [list(header), *rows])


def write_export(path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write the messy export, with one row too long and one that lost its last cells."""
    rows = messy_rows()
    text = as_csv(rows, delimiter)
    text += delimiter.join([*rows[30], "and", "more"]).replace("\n", " ").replace('"', "") + "\r\n"
    text += delimiter.join(["C-99999", *rows[31][1:8]]) + "\r\n"
    text += delimiter * 12 + "\r\n"
    path.write_bytes(text.encode(encoding, errors="replace"))
    return path
