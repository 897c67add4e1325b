"""Front doors and unit costs as the study reads them."""

from __future__ import annotations

from personshaped.team.accounts.models import FrontDoor, UnitCost

Row = dict[str, str]


def front_doors() -> list[Row]:
    """One row for each door."""
    return [
        {
            "front_door": one.front_door,
            "agency": one.agency.code,
            "kind": one.kind,
            "area": one.area,
            "opened_on": one.opened_on.isoformat() if one.opened_on else "",
            "closed_on": one.closed_on.isoformat() if one.closed_on else "",
        }
        for one in FrontDoor.objects.select_related("agency")
    ]


def unit_costs() -> list[Row]:
    """One row for each price; an empty key stands for any."""
    return [
        {
            "agency": one.agency.code if one.agency else "",
            "service": one.service,
            "staff_role": one.staff_role,
            "activity": one.activity,
            "year": str(one.year),
            "unit": one.unit,
            "cost": str(one.cost),
            "basis": one.basis,
            "source": one.source,
        }
        for one in UnitCost.objects.select_related("agency")
    ]
