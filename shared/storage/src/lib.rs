//! SQLite and PostgreSQL behind the same calls.
