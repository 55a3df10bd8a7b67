"""The assistant's own state: SQLAlchemy tables and their migrations."""
