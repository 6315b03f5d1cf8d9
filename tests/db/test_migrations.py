"""The migrations make what the models say, both ways, on both databases."""

from importlib import import_module
from pathlib import Path

from alembic import command

import assess
from assess.db.migrate import config, upgrade


def test_models_and_migrations_agree_and_go_both_ways(engine):
    for models in Path(assess.__file__).parent.glob("*/models.py"):
        import_module(f"assess.{models.parent.name}.models")
    command.check(config(engine))
    command.downgrade(config(engine), "base")
    upgrade(engine)
    command.check(config(engine))
