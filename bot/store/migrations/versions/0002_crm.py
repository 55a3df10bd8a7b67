"""crm."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "crm_accounts",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("annual_revenue", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("customer_since", sa.Date(), nullable=True),
        sa.Column("renewal_date", sa.Date(), nullable=True),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "crm_activities",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("opportunity_id", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("contact_ids", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_crm_activities_account_id_at", "crm_activities", ["account_id", "at"], unique=False)
    op.create_index("ix_crm_activities_at", "crm_activities", ["at"], unique=False)
    op.create_table(
        "crm_applied",
        sa.Column("change_id", sa.String(length=255), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("undo", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("change_id"),
    )
    op.create_table(
        "crm_contacts",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("email_opt_out", sa.Boolean(), nullable=False),
        sa.Column("phone_opt_out", sa.Boolean(), nullable=False),
        sa.Column("consent_basis", sa.Text(), nullable=True),
        sa.Column("consent_source", sa.Text(), nullable=True),
        sa.Column("consent_at", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_crm_contacts_account_id", "crm_contacts", ["account_id"], unique=False)
    op.create_table(
        "crm_opportunities",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("forecast_category", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=True),
        sa.Column("close_date", sa.Date(), nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_won", sa.Boolean(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("next_step_date", sa.Date(), nullable=True),
        sa.Column("competitor", sa.Text(), nullable=True),
        sa.Column("loss_reason", sa.Text(), nullable=True),
        sa.Column("lead_source", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_crm_opportunities_account_id", "crm_opportunities", ["account_id"], unique=False)
    op.create_index("ix_crm_opportunities_is_closed", "crm_opportunities", ["is_closed"], unique=False)
    op.create_table(
        "crm_opportunity_contact_roles",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("opportunity_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_crm_opportunity_contact_roles_contact_id", "crm_opportunity_contact_roles", ["contact_id"], unique=False
    )
    op.create_index(
        "ix_crm_opportunity_contact_roles_opportunity_id",
        "crm_opportunity_contact_roles",
        ["opportunity_id"],
        unique=False,
    )
    op.create_table(
        "crm_opportunity_history",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("opportunity_id", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=True),
        sa.Column("close_date", sa.Date(), nullable=True),
        sa.Column("forecast_category", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_crm_opportunity_history_opportunity_id_at",
        "crm_opportunity_history",
        ["opportunity_id", "at"],
        unique=False,
    )
    op.create_table(
        "crm_products",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=True),
        sa.Column("list_price", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "crm_stages",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("forecast_category", sa.Text(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_won", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "crm_sync",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("as_of", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "crm_tasks",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("opportunity_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_crm_tasks_account_id", "crm_tasks", ["account_id"], unique=False)
    op.create_index("ix_crm_tasks_status_due", "crm_tasks", ["status", "due"], unique=False)
    op.create_table(
        "crm_users",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("manager_id", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("crm_users")
    op.drop_index("ix_crm_tasks_status_due", table_name="crm_tasks")
    op.drop_index("ix_crm_tasks_account_id", table_name="crm_tasks")
    op.drop_table("crm_tasks")
    op.drop_table("crm_sync")
    op.drop_table("crm_stages")
    op.drop_table("crm_products")
    op.drop_index("ix_crm_opportunity_history_opportunity_id_at", table_name="crm_opportunity_history")
    op.drop_table("crm_opportunity_history")
    op.drop_index("ix_crm_opportunity_contact_roles_opportunity_id", table_name="crm_opportunity_contact_roles")
    op.drop_index("ix_crm_opportunity_contact_roles_contact_id", table_name="crm_opportunity_contact_roles")
    op.drop_table("crm_opportunity_contact_roles")
    op.drop_index("ix_crm_opportunities_is_closed", table_name="crm_opportunities")
    op.drop_index("ix_crm_opportunities_account_id", table_name="crm_opportunities")
    op.drop_table("crm_opportunities")
    op.drop_index("ix_crm_contacts_account_id", table_name="crm_contacts")
    op.drop_table("crm_contacts")
    op.drop_table("crm_applied")
    op.drop_index("ix_crm_activities_at", table_name="crm_activities")
    op.drop_index("ix_crm_activities_account_id_at", table_name="crm_activities")
    op.drop_table("crm_activities")
    op.drop_table("crm_accounts")
