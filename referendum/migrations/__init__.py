"""The database's schema, brought to its newest state in one line of migrations."""
