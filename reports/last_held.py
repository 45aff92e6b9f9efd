"""The newest figures of indicators, for the duplicates gate of the Register."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from register.duplicates.held import LastHeld
from reports.models import HeldValue, Report
from storage.database import session


class LastHeldFigures:
    """Fills the port `HeldValues` of the Register."""

    def last(self, indicators: Collection[str]) -> Mapping[tuple[str, str], LastHeld]:
        """The newest figures by code of the indicator and code of the kind."""
        if not indicators:
            return {}
        query = (
            sa.select(HeldValue.indicator, Report.kind_code, sa.func.max(HeldValue.period), sa.func.max(HeldValue.held_at))
            .join(Report, Report.id == HeldValue.report_id)
            .where(HeldValue.indicator.in_(sorted(indicators)))
            .group_by(HeldValue.indicator, Report.kind_code)
        )
        return {(indicator, kind): LastHeld(period, at) for indicator, kind, period, at in session.execute(query)}
