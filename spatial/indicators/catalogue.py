"""The catalogue: what each indicator means, how it is computed, protected and carried over boundary changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from boundaries import OFFICIAL_LEVELS
from spatial.indicators.consistency import check_indicator
from spatial.indicators.errors import CatalogueError
from spatial.indicators.indicator import (
    BASE_PROFILES,
    BASE_THEMES,
    FIELDS,
    OPEN,
    DisclosureProfile,
    Formula,
    Harmonise,
    Indicator,
    Kind,
    Language,
    PeriodType,
    Theme,
)
from spatial.indicators.profiles import check_profile
from spatial.indicators.references import check_references
from spatial.indicators.sentences import Sentence

__all__ = [
    "BASE_PROFILES",
    "BASE_THEMES",
    "FIELDS",
    "OPEN",
    "Catalogue",
    "DisclosureProfile",
    "Formula",
    "Harmonise",
    "Indicator",
    "Kind",
    "Language",
    "PeriodType",
    "Theme",
    "check_catalogue",
    "check_collection_ids",
]


@dataclass(frozen=True)
class Catalogue:
    """Indicators, themes and disclosure profiles that fit together.

    Attributes
    ----------
    indicators, themes, profiles : mapping of str to Indicator, Theme, DisclosureProfile
        By id, in the order of definition; read-only.
    """

    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    themes: Mapping[str, Theme] = field(default_factory=lambda: {t.id: t for t in BASE_THEMES})
    profiles: Mapping[str, DisclosureProfile] = field(default_factory=lambda: {p.id: p for p in BASE_PROFILES})

    def __post_init__(self) -> None:
        for name in ("indicators", "themes", "profiles"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def merged(self, other: Catalogue) -> Catalogue:
        """Union of two catalogues; where both define an id, the other one holds."""
        return Catalogue(
            {**self.indicators, **other.indicators},
            {**self.themes, **other.themes},
            {**self.profiles, **other.profiles},
        )

    def profile(self, indicator: str) -> DisclosureProfile:
        """Disclosure profile of an indicator."""
        return self.profiles[self.indicators[indicator].disclosure]

    def threshold(self, indicator: str) -> int:
        """Disclosure threshold of an indicator."""
        return self.profile(indicator).threshold

    def leaves(self, indicator: str) -> tuple[str, ...]:
        """Ids of the loaded indicators that an indicator is computed from; its own where it is loaded."""
        inputs = self.indicators[indicator].inputs
        if not inputs:
            return (indicator,)
        return tuple(dict.fromkeys(leaf for name in inputs for leaf in self.leaves(name)))

    def relations(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Counts that are always the sum of others: id of the whole and ids of its parts, once for each breakdown."""
        return tuple((whole, parts) for whole, parts in self._breakdowns() if not self._are_shares(parts))

    def shares(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Loaded rates that are all shares of one count: its id and theirs, once for each breakdown."""
        return tuple((whole, parts) for whole, parts in self._breakdowns() if self._are_shares(parts))

    def _breakdowns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return ((each.id, parts) for each in self.indicators.values() for parts in each.breakdowns)

    def _are_shares(self, parts: tuple[str, ...]) -> bool:
        return any(self.indicators[each].kind == "rate" for each in parts)

    def to_dict(self) -> dict[str, Any]:
        """Plain form for JSON; :meth:`from_dict` gives the same catalogue back."""
        return {
            "indicators": [_plain(i) for i in self.indicators.values()],
            "themes": [_plain(t) for t in self.themes.values()],
            "profiles": [_plain(p) for p in self.profiles.values()],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], *, base: Catalogue | None = None) -> Catalogue:
        """Catalogue from its plain form; definitions may refer to those of ``base``.

        Raises
        ------
        CatalogueError
            The entries do not fit together.
        """
        indicators = [_indicator(entry) for entry in plain["indicators"]]
        catalogue = cls(
            {i.id: i for i in indicators},
            {t["id"]: Theme(**t) for t in plain["themes"]},
            {p["id"]: _profile(p) for p in plain["profiles"]},
        )
        check_catalogue(catalogue, base=base)
        return catalogue


def check_catalogue(
    catalogue: Catalogue, *, base: Catalogue | None = None, levels: Iterable[str] = OFFICIAL_LEVELS
) -> None:
    """Check that definitions are complete, fit together and give collection ids that cannot be mistaken.

    Parameters
    ----------
    catalogue : Catalogue
        The definitions to check.
    base : Catalogue, optional
        What they may refer to beside themselves.
    levels : iterable of str
        All levels of the workspace, own ones included.

    Raises
    ------
    CatalogueError
        Names the entry, the field, and what is wrong with it.
    """
    whole = base.merged(catalogue) if base else catalogue
    for indicator in catalogue.indicators.values():
        check_indicator(indicator)
        check_references(indicator, indicators=whole.indicators, themes=whole.themes, profiles=whole.profiles)
    for profile in catalogue.profiles.values():
        check_profile(profile)
    check_collection_ids(whole, levels)


def check_collection_ids(catalogue: Catalogue, levels: Iterable[str]) -> None:
    """Check that no two collections would have one id.

    Raises
    ------
    CatalogueError
        An indicator is called like a level, or ``{id}_{level}`` is taken.
    """
    every_level = tuple(dict.fromkeys((*OFFICIAL_LEVELS, *levels)))
    taken = {level: Sentence(f"der Ebene '{level}'", f"the level '{level}'") for level in every_level}
    for name in catalogue.indicators:
        if name in taken:
            raise CatalogueError(
                Sentence(
                    f"die Kennung ist die {taken[name].de}; eine andere wählen",
                    f"the id is that of {taken[name].en}; choose another one",
                ),
                entry=name,
            )
    for name in catalogue.indicators:
        for level in every_level:
            collection = f"{name}_{level}"
            if collection in taken:
                raise CatalogueError(
                    Sentence(
                        f"die Sammlung '{collection}' wäre auch die {taken[collection].de}; eine andere Kennung wählen",
                        f"the collection '{collection}' would also be {taken[collection].en}; choose another id",
                    ),
                    entry=name,
                )
            taken[collection] = Sentence(
                f"des Indikators '{name}' auf der Ebene '{level}'", f"indicator '{name}' at level '{level}'"
            )


def _plain(entry: Indicator | Theme | DisclosureProfile) -> dict[str, Any]:
    """Fields of an entry as JSON has them."""
    plain = {f.name: getattr(entry, f.name) for f in fields(entry)}
    return {
        name: _listed(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value
        for name, value in plain.items()
    }


def _listed(values: tuple[Any, ...]) -> list[Any]:
    """Lists in place of tuples, nested ones too."""
    return [_listed(each) if isinstance(each, tuple) else each for each in values]


def _profile(plain: Mapping[str, Any]) -> DisclosureProfile:
    """Disclosure profile from its plain form."""
    known = plain.get("source_range")
    return DisclosureProfile(
        **{
            **plain,
            "public_levels": tuple(plain.get("public_levels", ())),
            "source_range": tuple(known) if known else None,
        }
    )


def _indicator(plain: Mapping[str, Any]) -> Indicator:
    """Indicator from its plain form."""
    values = dict(plain)
    for name in ("tags", "terms", "breaks", "other_reference_days"):
        values[name] = tuple(values.get(name, ()))
    values["parts"] = tuple(each if isinstance(each, str) else tuple(each) for each in values.get("parts", ()))
    if values.get("valid_range"):
        values["valid_range"] = tuple(values["valid_range"])
    if values.get("retrieved"):
        values["retrieved"] = date.fromisoformat(values["retrieved"])
    return Indicator(**values)
