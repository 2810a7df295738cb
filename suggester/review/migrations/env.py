"""Run the migrations on the connection that was handed over; Alembic's own entry point."""

from __future__ import annotations

from alembic import context

from suggester.review.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
