"""The chain of migrations makes exactly the tables of the models, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import database as storage_database
from storage import schema


def test_a_migrated_database_is_what_the_models_say(new_databases):
    for backend in ("sqlite", "postgresql"):
        with new_databases(backend):
            schema.upgrade()

            with storage_database.engine().connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                assert compare_metadata(context, storage_database.Base.metadata) == []
            assert schema.current() == schema.head()
