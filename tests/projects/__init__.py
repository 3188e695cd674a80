"""The project register's own tests."""
