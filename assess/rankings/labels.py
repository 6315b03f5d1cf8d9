"""How a person is called on pages that set people side by side."""


def person_label(name: str, code: str, *, blind: bool = False) -> str:
    """Give a person's name, or the code alone where names are hidden or there is none."""
    return code if blind or not name else name
