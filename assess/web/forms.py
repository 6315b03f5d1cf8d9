"""The base of every form: protected against forgery, accepted only when posted and valid."""

from flask import request
from flask_wtf import FlaskForm


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form that validates what was typed; it never queries and never sends."""

    def accepted(self) -> bool:
        """Say whether the form was posted and every field is in order."""
        return request.method == "POST" and bool(self.validate())
