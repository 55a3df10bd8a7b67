"""Alembic's entry: runs within the transaction of `bot.store.migration`."""

from alembic import context

from bot.store.migration import options

attributes = context.config.attributes
context.configure(connection=attributes["connection"], **options(attributes["metadata"]))
context.run_migrations()
