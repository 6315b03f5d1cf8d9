"""What the sign-in library says to people, in the product's own plain words.

Its labels stand in the templates of `accounts`, its mails in `templates/security/email`.
"""

from collections.abc import Mapping
from typing import Final

_MISSING_LINK: Final = (
    "This link was used already, or it is not complete. Ask for a new one here: it comes by mail."
)

#: Subjects of its mails, by the name of the library's setting.
SUBJECTS: Final[Mapping[str, str]] = {
    "PASSWORD_RESET": "Set a new password for Assess",
    "PASSWORD_NOTICE": "Your password for Assess was set",
}

#: Its messages, by the library's name: words and kind. A word in %()s is the library's to fill.
MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    "GENERIC_AUTHN_FAILED": (
        "The address or the password is not right. Try again, or set a new password by mail.",
        "error",
    ),
    "PASSWORD_RESET_REQUEST": (
        "If this address is known here, a mail with a link is on its way. Look in spam, too.",
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (
        "This link worked for %(within)s and has ended. Ask for a new one here.",
        "error",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (_MISSING_LINK, "error"),
    "PASSWORD_RESET_NO_LOGIN": ("Your password is set. Now sign in with it.", "success"),
    "RETYPE_PASSWORD_MISMATCH": ("The two passwords are not the same.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Please type a password.", "error"),
    "PASSWORD_INVALID_LENGTH": ("Please take at least %(length)s characters.", "error"),
    "EMAIL_NOT_PROVIDED": ("Please give your e-mail address.", "error"),
    "INVALID_EMAIL_ADDRESS": ("This is not an e-mail address.", "error"),
    "INVALID_PASSWORD": ("The password is not right.", "error"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. Now go on with what you were doing.", "success"),
    "UNAUTHENTICATED": ("Please sign in first.", "info"),
    "LOGIN": ("Please sign in first.", "info"),
}


def settings() -> dict[str, object]:
    """Give the words as settings of the application, before the library is installed."""
    subjects = {f"SECURITY_EMAIL_SUBJECT_{name}": words for name, words in SUBJECTS.items()}
    messages = {f"SECURITY_MSG_{name}": said for name, said in MESSAGES.items()}
    return {**subjects, **messages}
