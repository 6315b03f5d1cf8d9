"""A panel's ratings as a CSV file: a row for each expert and response, with every comment."""

import csv
from io import StringIO

from assess.experts.queries import PanelView
from assess.files.spreadsheet import plain_text

COLUMNS = ("person", "role", "years", "response", "rating", "comment")


def ratings_csv(panel: PanelView) -> str:
    """Write what every expert said, blank where they gave no rating; text can be no formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in panel.experts:
        who = plain_text(one.name), plain_text(one.role), one.years
        writer.writerows(
            (*who, item, one.ratings.get(item), plain_text(one.comments.get(item, "")))
            for item in panel.bank.item_ids
        )
    return out.getvalue()
