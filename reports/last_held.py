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
        newest = sa.func.row_number().over(
            partition_by=(HeldValue.indicator, Report.kind_code), order_by=(Report.period_last.desc(), HeldValue.held_at.desc())
        )
        ranked = (
            sa.select(HeldValue.indicator, Report.kind_code, HeldValue.period, HeldValue.held_at, newest.label("place"))
            .join(Report, Report.id == HeldValue.report_id)
            .where(HeldValue.indicator.in_(sorted(indicators)))
            .subquery()
        )
        found = session.execute(sa.select(ranked).where(ranked.c.place == 1))
        return {(row.indicator, row.kind_code): LastHeld(row.period, row.held_at) for row in found}
