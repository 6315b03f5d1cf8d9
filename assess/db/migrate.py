"""Bring a database to the newest schema."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def config(engine: Engine) -> Config:
    """Give Alembic's configuration: the scripts live in this package, no file is needed."""
    made = Config()
    made.set_main_option("script_location", "assess:db/migrations")
    made.attributes["engine"] = engine
    return made


def upgrade(engine: Engine) -> None:
    """Apply every migration the database has not seen; doing it again changes nothing."""
    command.upgrade(config(engine), "head")
