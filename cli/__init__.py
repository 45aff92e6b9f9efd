"""`esep`: the command line of administrators and methodologists. Each command builds the product, does one thing and says what it did."""

import click

from cli import archive, database, diagrams, forecasting, kinds, ordering, people, register, running, signing, simulating, upkeep
from cli.border import Commands


@click.group(cls=Commands)
def main() -> None:
    """Reports of government bodies without paper."""


for command in (
    running.serve,
    running.worker,
    database.db,
    database.backup,
    database.restore,
    people.users,
    people.organisations,
    register.register,
    archive.reports,
    signing.signatures,
    diagrams.deploy,
    diagrams.lint,
    ordering.order,
    simulating.simulate,
    upkeep.demo,
    upkeep.openapi,
    upkeep.templates_group,
    upkeep.texts_group,
):
    main.add_command(command)
for command in (kinds.draft, kinds.export, kinds.import_, forecasting.forecast):
    register.register.add_command(command)
