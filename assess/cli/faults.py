"""Domain errors as lines on standard error and an exit code scripts can rely on."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from assess.errors import AssessError, Invalid

P = ParamSpec("P")
R = TypeVar("R")

REFUSED = 1


def faults_to_exit(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a click command: what it refuses becomes one line a fault and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Invalid as error:
            lines = error.faults
        except AssessError as error:
            lines = (str(error),)
        except OSError as error:
            if error.filename is None:
                raise
            lines = (f"{error.filename}: {error.strerror}",)
        for line in lines:
            click.echo(line, err=True)
        raise click.exceptions.Exit(REFUSED)

    return run
