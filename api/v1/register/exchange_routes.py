"""Export and import of the Register."""

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.bodies import upload
from api.house import house
from api.printed import XLSX
from api.rooms import Room
from api.v1.register.exchange_schemas import ImportQuery, RegisterFile, TakenShape
from organisations.permissions import Permission

_READ = needs(Permission.REGISTER_READ)

exchange = Room("exchange", "Register of Reports: export and import")


@exchange.get("/register/export/xlsx", _READ, media_type=XLSX)
def export_xlsx() -> ResponseReturnValue:
    """All indicators and all versions of all kinds as a workbook."""
    headers = {"Content-Disposition": "attachment; filename=register.xlsx"}
    return Response(house().register.exchange.export("xlsx"), mimetype=XLSX, headers=headers)


@exchange.get("/register/export/json", _READ, answer=RegisterFile)
def export_json() -> Any:
    """The same as JSON."""
    return house().register.exchange.package()


@exchange.post("/register/imports", needs(Permission.REGISTER_EDIT), query=ImportQuery, uploads=("data",), answer=TakenShape)
def import_register(query: dict[str, Any]) -> Any:
    """Import a workbook or a JSON text, all of it or nothing; a dry run answers the faults of the file, each by its place.

    Kinds that are not in the Register yet need `register:load` besides.
    """
    return house().register.exchange.take(upload("data").read(), dry_run=query["dry_run"], by=actor())
