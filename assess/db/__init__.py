"""The database floor: base classes, engine, organisation scope, migrations."""
