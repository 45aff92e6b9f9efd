"""The border of the command line: whatever goes wrong becomes one clear line on standard error and an exit code, never a traceback.

Exit codes: 0 done, 1 refused or a fault found, 2 wrong usage (click), 70 a fault of ours.
"""

import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import click
import structlog
from sqlalchemy.exc import DBAPIError

import texts
from config import ConfigurationError
from logs import reason_of
from refusals import Fault, Refusal

OUR_FAULT = 70
log = structlog.get_logger(__name__)


class Commands(click.Group):
    """The group that every command of `esep` is in."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and tell in one line why it could not be done."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            say_no(said(refusal.code, refusal.fields), *(_fault(fault) for fault in refusal.faults))
        except ConfigurationError as error:
            say_no(str(error))
        except DBAPIError as error:
            say_no(f"the database: {reason_of(error)}")
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            say_no(f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror or error}")
        except Exception as error:  # the border: a fault of ours is logged by its places and told by its name
            log.exception("command_failed", command=ctx.invoked_subcommand)
            say_no(f"unforeseen: {type(error).__name__}; the log says where", exit_code=OUR_FAULT)


def say_no(line: str, *more: str, exit_code: int = 1) -> NoReturn:
    """End the command with a line, and what belongs to it below."""
    click.echo(f"esep: {line}", err=True)
    for each in more:
        click.echo(f"  {each}", err=True)
    sys.exit(exit_code)


def said(code: str, fields: Mapping[str, Any]) -> str:
    """The words of a code for the console, which speaks English."""
    return texts.say(code, fields, "en")


def _fault(fault: Fault) -> str:
    return f"{fault.pointer or '/'}: {said(fault.code, fault.fields)}"
