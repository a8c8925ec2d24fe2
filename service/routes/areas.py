"""Areas: search, and the profile of one area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from boundaries import OFFICIAL_LEVELS
from service.answers import Areas, ok
from service.former import Former
from service.parameters import Release, Vintage, capped_limit, choice, only_known_parameters
from service.reader import AreaInfo, ReleaseReader
from service.replies import json_reply
from service.selection import known_area

router = APIRouter(prefix="/api/areas", tags=["areas"], dependencies=[Depends(only_known_parameters)])


@router.get("", summary="Search areas by name or key", responses=ok(Areas))
def search(
    request: Request,
    release: Release,
    vintage: Vintage,
    limit: Annotated[int, Depends(capped_limit(50, 20_000))],
    q: Annotated[str, Query(description="Part of a name, or the beginning of a key", max_length=100)] = "",
    level: Annotated[str | None, Query(description="Only areas of this level")] = None,
    within: Annotated[str | None, Query(description="Only areas in the area of this key")] = None,
) -> Response:
    """List areas: names that start with the text first, then names that hold it, larger areas first.

    Areas that were called so once, or that areas which were have become part of, stand at the end.
    """
    levels = release.levels_of(vintage)
    wanted_levels = [choice("level", level, levels)] if level is not None else levels
    if within is not None:
        known_area(release, "within", within, vintage)
    found: list[tuple[int, str, AreaInfo]] = []
    needle = q.strip().casefold()
    for name in wanted_levels:
        table, former = release.areas(vintage, name), release.former_of(vintage, name)
        for row in table.rows_within(within):
            rank = _rank(table.areas[row], needle, former.get(table.areas[row].key, []))
            if rank is not None:
                found.append((rank, table.areas[row].name.casefold(), table.areas[row]))
    found.sort(key=lambda entry: (entry[0], -levels.index(entry[2].level), entry[1], entry[2].key))
    areas = [describe(release, vintage, area) for _, _, area in found[:limit]]
    return json_reply(request, {"vintage": vintage, "number_matched": len(found), "areas": areas})


@router.get("/{key:path}", summary="One area: names, parents, history, and its figures")
def profile(
    request: Request,
    key: str,
    release: Release,
    vintage: Vintage,
    level: Annotated[str | None, Query(description="Level of the key, where it is not clear")] = None,
) -> Response:
    """Describe an area with the newest figure of every indicator."""
    area = release.find_area(key, vintage, level)
    document = describe(release, vintage, area)
    document["vintage"] = vintage
    document["vintages"] = [
        each
        for each in release.vintages
        if area.level in release.levels_of(each) and key in release.areas(each, area.level).row_of
    ]
    document["formed"], document["became"] = list(area.formed), list(area.became)
    document["figures"] = list(_newest_figures(release, vintage, area))
    return json_reply(request, document)


def describe(release: ReleaseReader, vintage: str, area: AreaInfo) -> dict[str, Any]:
    """Form of an area in answers."""
    parent = release.find_area(area.parent, vintage) if area.parent else None
    return {
        **area.properties(),
        "kind": area.kind,
        "parent_name": parent.name if parent else None,
        "bbox": list(area.bbox),
        "former": [each.describe() for each in release.former_of(vintage, area.level).get(area.key, [])],
        "members": release.remember(("members", vintage), lambda: _members(release, vintage)).get(
            (area.level, area.key), []
        ),
    }


def _members(release: ReleaseReader, vintage: str) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Smallest known areas in the areas of own levels, by level and key of these."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for level in release.levels_of(vintage):
        for area in release.areas(vintage, level).areas:
            for upper in area.ancestors.items() if area.populated else ():
                known = found.setdefault(upper, [])
                if upper[0] not in OFFICIAL_LEVELS and (not known or known[0]["level"] == level):
                    known.append({"key": area.key, "name": area.name, "level": level})
    return found


def _rank(area: AreaInfo, needle: str, former: Iterable[Former]) -> int | None:
    name = area.name.casefold()
    if not needle:
        return 2
    if area.key == needle:
        return 0
    if name.startswith(needle) or area.key.startswith(needle):
        return 1
    if needle in name:
        return 2
    return 3 if any(needle in each.name.casefold() or each.key.startswith(needle) for each in former) else None


def _newest_figures(release: ReleaseReader, vintage: str, area: AreaInfo) -> Any:
    for indicator in release.indicators.values():
        if area.level not in indicator["levels"]:
            continue
        cube = release.cube(indicator["id"], vintage, area.level)
        period = indicator["periods"][-1]
        row = cube["keys"].index(area.key)
        figure = cube["periods"][period]
        yield {
            "indicator": indicator["id"],
            "period": period,
            "value": figure["values"][row],
            "status": cube["statuses"][figure["status"][row]],
            "flags": figure["flags"].get(str(row), []),
            "unit": indicator["unit"],
            "synthetic": indicator["synthetic"],
        }
