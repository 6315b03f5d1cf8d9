"""PostgreSQL's row-level security: the server checks the organisation once more."""

from typing import Any

from sqlalchemy import Engine, text

_ALLOWED = (
    "current_setting('assess.scope', true) = 'all' OR organisation_id = "
    "nullif(current_setting('assess.scope', true), '')::bigint"
)


def enable(op: Any, *tables: str) -> None:
    """Let each table's rows be seen and written only inside the scope told by `db.scope`.

    ``op`` is Alembic's.

    Does nothing on SQLite, which has no such thing. The policy binds the tables' owner too;
    only a superuser passes it, so the service must not sign in to the server as one.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY organisation ON {table} USING ({_ALLOWED})")


def is_passed_by(engine: Engine) -> bool:
    """Say whether the service signs in to the server as somebody whom the policies do not bind."""
    if engine.dialect.name != "postgresql":
        return False
    asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    with engine.connect() as connection:
        return bool(connection.execute(text(asked)).scalar())
