"""The workload forecast of the Register, as it is and as it would be."""

from typing import Any

from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.register.forecast_schemas import ForecastQuery, ForecastShape, WhatIfQuestion, WhatIfShape, shown, shown_beside
from organisations.permissions import Permission

_SEE = needs(Permission.REPORT_READ, Permission.REGISTER_EDIT)

forecast = Room("register_forecast", "Workload forecast: reports and hours to come, by body, official and week")


@forecast.get("/register/forecast", _SEE, query=ForecastQuery, answer=ForecastShape)
def get_forecast(query: dict[str, Any]) -> Any:
    """Reports and hours of the coming months for a body and all below it, or every body whose reports you may read."""
    return shown(house().forecasts.forecast(query["question"], actor()), query["limit"])


@forecast.post("/register/forecast/what-if", _SEE, body=WhatIfQuestion, answer=WhatIfShape)
def ask_what_if(body: dict[str, Any]) -> Any:
    """The same beside what it would be with other kinds, periods or deadlines; nothing is kept."""
    return shown_beside(house().forecasts.what_if(body["question"], body["suppositions"], actor()), body["limit"])
