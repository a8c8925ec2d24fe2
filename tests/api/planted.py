"""A store with planted secrets: three districts of Hessen, invented counts whose digits nothing else has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from boundaries import Area, AreaSet, Members, load_bundled
from service.catalogues import entries_of
from service.settings import Settings
from service.store import EditionInfo
from service.workspace import Workspace
from spatial.indicators import Catalogue, DisclosureProfile, Flag, Indicator, Observation, Status

OLD, NEW = date(2016, 1, 1), date(2020, 1, 1)
DISTRICTS = ("06432", "06611", "06633")
PARTS, MERGED = ("06633021", "06633027"), "06633030"
PERIODS = ("2015", "2016", "2021")
# Wide thresholds make room for long, telling digits.
THRESHOLD = 10_000_000
SMALLEST_PUBLIC, LARGEST = 20_000_000, 90_000_000
RESIDUAL = 1_234_567  # by which the official totals of the districts differ from the sums
DOMINATED, SOURCE_SECRET, EVERYBODY = "06633009", "06432005", "06633002"
SMALL = ("06633018", "06633021", "06432001", "06611000")
_SHARE_OF_SMALL = 0.1

PROFILES = {"strict": DisclosureProfile("strict", THRESHOLD, dominance=True, group_disclosure=True)}
INDICATORS = (
    Indicator("people", "count", "Personen", additive=True, harmonise="sum"),
    Indicator("young", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict"),
    Indicator("old", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict"),
    Indicator("cases", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict", parts=("young", "old")),
    Indicator("rate", "rate", "%", numerator="young", denominator="people", factor=100, harmonise="ratio",
              disclosure="strict"),
    Indicator("burden", "rate", "P. je Fall", numerator="people", denominator="young", factor=1, harmonise="ratio",
              disclosure="strict"),
    Indicator("change", "count", "Fälle", formula="change_absolute", of="young", span=1),
    Indicator("growth", "rate", "%", formula="change_relative", of="young", span=1),
    Indicator("both_years", "count", "Fälle", formula="moving_sum", of="cases", span=2),
    Indicator("trend", "index", "2015 = 100", formula="index", of="young", base="2015"),
    Indicator("age", "mean", "Jahre", weight="young", harmonise="wmean", disclosure="strict"),
)  # fmt: skip

Place = tuple[str, str, str]  # indicator, key, period


@dataclass(frozen=True)
class Planted:
    """What was planted.

    Attributes
    ----------
    settings : Settings
        Of the workspace.
    observations : tuple of Observation
    regions : mapping of str to tuple of str
        Municipalities of each area of the own level ``raum``, for which figures were loaded.
    groups : mapping of str to tuple of str
        Municipalities of each area of the own level ``gruppe``, for which none were.
    """

    settings: Settings
    observations: tuple[Observation, ...]
    regions: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]

    def counts(self) -> dict[Place, float]:
        """Every planted number of the protected counts."""
        return {
            (each.indicator, each.key, each.period): each.value
            for each in self.observations
            if each.value is not None and each.indicator in ("young", "old", "cases")
        }


def municipalities() -> AreaSet:
    """The municipalities of the three districts."""
    everything = load_bundled().gemeinden
    chosen = tuple(area for area in everything.areas if area.key[:5] in DISTRICTS)
    return AreaSet("gemeinde", OLD, everything.crs, chosen)


def plant(workspace: Path, *, moved: Mapping[Place, float] | None = None) -> Planted:
    """A workspace with the planted figures, not published yet; some may be told by how much to be others."""
    settings = Settings(workspace=workspace)
    space = Workspace(settings)
    space.create(demo=False, progress=lambda _: None)
    base, bundled = municipalities(), load_bundled()
    regions, groups = _regions(base), _groups(base)
    moves = moved or {}
    observations = tuple(
        replace(each, value=(each.value or 0.0) + moves[place])
        if (place := (each.indicator, each.key, each.period)) in moves
        else each
        for each in _observations(base, regions)
    )
    catalogue = Catalogue({each.id: each for each in INDICATORS}, profiles={**Catalogue().profiles, **PROFILES})
    store = space.open()
    with store.transaction() as connection:
        for areas in (base, _united("raum", base, regions)):
            store.save_areas(connection, areas, EditionInfo("bundled", "", "© BKG", ""))
        members = Members("gemeinde", tuple(sorted(key for several in groups.values() for key in several)))
        united = EditionInfo("groups.csv", "", "© BKG", "", members)
        store.save_areas(connection, _united("gruppe", base, groups), united)
        store.save_changes(connection, [event for event in bundled.events if event.to_key == MERGED])
        store.save_catalogue(connection, entries_of(catalogue))
        store.save_observations(connection, observations, file="planted.csv", sha256="", report={})
    store.close()
    return Planted(settings, observations, regions, groups)


def _regions(base: AreaSet) -> dict[str, tuple[str, ...]]:
    """Own areas: the municipalities of one district in threes."""
    keys = [area.key for area in base.areas if area.key.startswith("06633") and area.populated]
    return {f"R{place:02}": tuple(keys[place * 3 : place * 3 + 3]) for place in range(len(keys) // 3)}


def _groups(base: AreaSet) -> dict[str, tuple[str, ...]]:
    """Own areas across the regions: every second of a few neighbours in the list, and all but one of a district."""
    keys = [area.key for area in base.areas if area.populated]
    pairs = {f"G{place:02}": (keys[place * 4], keys[place * 4 + 2]) for place in range(len(keys) // 4)}
    rest = [key for key in keys if key.startswith("06633") and key != SMALL[0]]
    return {**pairs, "GXX": tuple(rest), "GYY": (*PARTS, "06633001")}


def _united(level: str, base: AreaSet, groups: dict[str, tuple[str, ...]]) -> AreaSet:
    areas = []
    for key, members in groups.items():
        union = shapely.unary_union([base.by_key[member].geometry for member in members])
        shape = shapely.multipolygons(list(shapely.get_parts(union)))
        areas.append(Area(key, level, key, "", members[0][:5], True, shape.area / 1e6, shape))
    return AreaSet(level, OLD, base.crs, tuple(areas))


def _observations(base: AreaSet, regions: dict[str, tuple[str, ...]]) -> Iterator[Observation]:
    rng = np.random.default_rng(20260101)
    keys = [area.key for area in base.areas if area.populated]
    for period in PERIODS:
        vintage = NEW if period == "2021" else OLD
        present = [key for key in keys if key not in PARTS] + [MERGED] if vintage == NEW else keys
        young = {key: _count(rng, small=key in SMALL and period == "2015") for key in present}
        old = {key: _count(rng, small=False) for key in present}
        people = {key: float(rng.integers(10, 99)) * 1e8 + float(rng.integers(1, 10**8)) for key in present}
        if period == "2015":
            people[EVERYBODY] = young[EVERYBODY]
        for key in present:
            total = young[key] + old[key]
            secret = key == SOURCE_SECRET and period == "2015"
            flags = (Flag.DOMINANT,) if key == DOMINATED and period == "2016" else ()
            yield Observation("people", "gemeinde", key, period, people[key], Status.OK, vintage)
            yield Observation("young", "gemeinde", key, period, young[key], Status.OK, vintage, flags)
            yield Observation("cases", "gemeinde", key, period, total, Status.OK, vintage)
            yield Observation("age", "gemeinde", key, period, 40 + float(rng.random()), Status.OK, vintage)
            if secret:
                yield Observation("old", "gemeinde", key, period, None, Status.SECRET_OR_UNKNOWN, vintage)
            else:
                yield Observation("old", "gemeinde", key, period, old[key], Status.OK, vintage)
        if period == "2015":
            yield from _totals(young, old, regions)


def _totals(
    young: dict[str, float], old: dict[str, float], regions: dict[str, tuple[str, ...]]
) -> Iterator[Observation]:
    """Official totals, from which a secret could be found by subtraction."""
    for district in ("06633", "06432"):
        total = sum(young[key] + old[key] for key in young if key.startswith(district)) + RESIDUAL
        yield Observation("cases", "kreis", district, "2015", total, Status.OK, OLD)
    for region, members in regions.items():
        yield Observation("young", "raum", region, "2015", sum(young[key] for key in members), Status.OK, OLD)


def _count(rng: np.random.Generator, *, small: bool) -> float:
    """A count below the threshold, or well above it."""
    if small or rng.random() < _SHARE_OF_SMALL:
        return float(rng.integers(THRESHOLD // 9, THRESHOLD))
    return float(rng.integers(SMALLEST_PUBLIC, LARGEST))
