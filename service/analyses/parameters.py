"""The parameters of all statistics: one table for HTTP, the command line and the documentation."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_SEED = 12345


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; each statistic takes some of them.

    Attributes
    ----------
    kind : type
        ``str``, ``int``, ``float`` or ``bool``.
    description, german : str
        What it is, in English and in German.
    """

    kind: type
    description: str
    german: str = ""


PARAMETERS: dict[str, Parameter] = {
    "indicator": Parameter(
        str, "Id of the indicator",
        "Kennung des Indikators",
    ),
    "second": Parameter(
        str, "Id of the second indicator of bivariate statistics: that of the neighbours",
        "Kennung des zweiten Indikators, wo zwei verglichen werden; er wird bei den Nachbarn gelesen",
    ),
    "second_period": Parameter(
        str, "Period of the second indicator, default: that of the first; or of population, default: the newest until "
        "that of cases",
        "Zeitraum des zweiten Indikators, ohne Angabe der des ersten; oder von population, ohne Angabe der neueste bis "
        "zu dem von cases",
    ),
    "indicators": Parameter(
        str, "Ids of several indicators, separated by commas",
        "Kennungen mehrerer Indikatoren, durch Kommas getrennt",
    ),
    "period": Parameter(
        str, "Default: the newest; several indicators: each at its newest period until this one",
        "Zeitraum; ohne Angabe der neueste, bei mehreren Indikatoren jeweils der neueste bis zu diesem",
    ),
    "periods": Parameter(
        str, "Range of periods first..last, ends may be left out; default: all, for a development the newest ones that "
        "stand on one base",
        "Zeiträume erster..letzter, die Enden können fehlen; ohne Angabe alle, bei einer Entwicklung die "
        "neuesten auf derselben Grundlage",
    ),
    "base": Parameter(
        str, "Earlier period that is compared with, or whose distribution fixes the scale; default of a change: the "
        "oldest on the same base",
        "Früherer Zeitraum, mit dem verglichen wird oder der den Maßstab setzt; ohne Angabe bei einer "
        "Veränderung der älteste auf derselben Grundlage",
    ),
    "residents": Parameter(
        str, "Id of the indicator that counts the residents",
        "Kennung des Indikators, der die Einwohner zählt",
    ),
    "reference": Parameter(
        str, "Key of the area whose rate is the standard; default: all areas of the selection",
        "Schlüssel des Gebiets, dessen Quote der Maßstab ist; ohne Angabe alle Gebiete der Auswahl",
    ),
    "cases": Parameter(
        str, "Ids of the counts of events in groups of the population such as age groups, separated by commas",
        "Kennungen der Ereigniszahlen in Gruppen der Bevölkerung wie Altersgruppen, durch Kommas getrennt",
    ),
    "population": Parameter(
        str, "Ids of the counts of the members of these groups, in the same order",
        "Kennungen der Mitgliederzahlen dieser Gruppen, in derselben Reihenfolge",
    ),
    "observed": Parameter(
        str, "Id of the count of all events; default: the sum of cases. With it cases are read for the reference alone",
        "Kennung der Zahl aller Ereignisse; ohne Angabe die Summe von cases. Mit ihr wird cases nur für das "
        "Vergleichsgebiet gelesen",
    ),
    "groups": Parameter(
        str, "Upper level, or column of the boundary file, that groups the areas",
        "Obere Ebene oder Spalte der Grenzdatei, nach der die Gebiete gruppiert werden",
    ),
    "level": Parameter(
        str, "Level of the areas; default: the smallest",
        "Ebene der Gebiete; ohne Angabe die kleinste",
    ),
    "within": Parameter(
        str, "Only areas in the area of this key",
        "Nur Gebiete in dem Gebiet mit diesem Schlüssel",
    ),
    "second_within": Parameter(
        str, "Key of another area whose areas are compared with those of the first one",
        "Schlüssel eines anderen Gebiets, dessen Gebiete mit denen des ersten verglichen werden",
    ),
    "vintage": Parameter(
        str, "Boundaries of this day, YYYY-MM-DD; default: the newest",
        "Gebietsstand dieses Tages, JJJJ-MM-TT; ohne Angabe der neueste",
    ),
    "centre_area": Parameter(
        str, "Key of the area whose centroid is the centre of centralisation; default: none",
        "Schlüssel des Gebiets, dessen Schwerpunkt die Mitte der Zentralisierung ist; ohne Angabe keine",
    ),
    "weights": Parameter(
        str, "queen (default), rook, queen:2, knn:4, kernel:gaussian:8 or kernel:gaussian:15000m (also triangular, "
        "epanechnikov, quartic, uniform), distance:15000 (metres), block:kreis (upper level or column)",
        "queen (Vorgabe), rook, queen:2, knn:4, kernel:gaussian:8 oder kernel:gaussian:15000m (auch "
        "triangular, epanechnikov, quartic, uniform), distance:15000 (Meter), block:kreis (obere Ebene oder "
        "Spalte)",
    ),
    "style": Parameter(
        str, "R row-standardised or B binary; default: that of the statistic",
        "R zeilenstandardisiert oder B binär; ohne Angabe der Stil der Statistik",
    ),
    "isolates": Parameter(
        str, "bridge over unpopulated areas (default), knn1 nearest area, or drop",
        "bridge über unbewohnte Gebiete (Vorgabe), knn1 nächstes Gebiet, oder drop",
    ),
    "ring": Parameter(
        bool, "Add the areas that touch the selection",
        "Die Gebiete hinzunehmen, die die Auswahl berühren",
    ),
    "permutations": Parameter(
        int, "Random permutations; default 9999, for segregation and scan 999",
        "Zufällige Permutationen; ohne Angabe 9999, bei Segregation und Scan 999",
    ),
    "seed": Parameter(
        int, f"Seed of the random numbers; default {DEFAULT_SEED}",
        f"Startwert der Zufallszahlen; ohne Angabe {DEFAULT_SEED}",
    ),
    "threshold": Parameter(
        float, "Join counts: areas above it are counted; default: the mean",
        "Join Counts: Gebiete darüber werden gezählt; ohne Angabe der Mittelwert",
    ),
    "sampling": Parameter(
        str, "Join counts: nonfree (default) or free sampling for the analytic variance",
        "Join Counts: nonfree (Vorgabe) oder free, das Modell der analytischen Varianz",
    ),
    "interval": Parameter(
        str, "wilson (default) for shares or byar for events that can repeat",
        "wilson (Vorgabe) für Anteile oder byar für Ereignisse, die sich wiederholen können",
    ),
    "confidence": Parameter(
        float, "Confidence level of intervals; default 0.95",
        "Vertrauensniveau der Intervalle; ohne Angabe 0.95",
    ),
    "alpha": Parameter(
        float, "Level of the tests of emerging hot spots; default 0.05",
        "Niveau der Tests auf entstehende Hot Spots; ohne Angabe 0.05",
    ),
    "correction": Parameter(
        str, "Trends of more than ten periods: none (default) or hamed-rao, for periods that resemble those before",
        "Trends aus mehr als zehn Zeiträumen: none (Vorgabe) oder hamed-rao, für Zeiträume, die den vorigen "
        "ähneln",
    ),
    "distribution": Parameter(
        str, "Funnel: binomial (default) or poisson",
        "Trichter: binomial (Vorgabe) oder poisson",
    ),
    "target": Parameter(
        float, "Funnel: rate in the unit of the indicator; default: that of all areas",
        "Trichter: Quote in der Einheit des Indikators; ohne Angabe die aller Gebiete",
    ),
    "index": Parameter(
        str, "Index that is tested: d (default), gini, entropy, atkinson, isolation, interaction, correlation_ratio, "
        "spatial_d",
        "Index, der geprüft wird: d (Vorgabe), gini, entropy, atkinson, isolation, interaction, "
        "correlation_ratio, spatial_d",
    ),
    "null": Parameter(
        str, "What is left to chance: systematic (default), person-permutation, geographic",
        "Was dem Zufall überlassen wird: systematic (Vorgabe), person-permutation, geographic",
    ),
    "alternative": Parameter(
        str, "two-sided (default) or greater",
        "two-sided (Vorgabe) oder greater",
    ),
    "atkinson": Parameter(
        float, "Parameter b of Atkinson's index; default 0.5",
        "Parameter b des Index von Atkinson; ohne Angabe 0.5",
    ),
    "decay": Parameter(
        float, "Metres over which proximity falls to 37 per cent",
        "Meter, über die die Nähe auf 37 Prozent fällt",
    ),
    "distances": Parameter(
        str, "Radii of a profile in metres, separated by commas",
        "Radien eines Profils in Metern, durch Kommas getrennt",
    ),
    "counterfactual": Parameter(
        str, "composition (default) or share",
        "composition (Vorgabe) oder share",
    ),
    "method": Parameter(
        str, "Composite: z-score (default), min-max, rank, geometric, pca (for diagnosis). Classes: quantiles "
        "(default), equal, fisher-jenks, head-tail, standard-deviation, diverging, manual",
        "Zusammengesetzter Index: z-score (Vorgabe), min-max, rank, geometric, pca (zur Diagnose). Klassen: "
        "quantiles (Vorgabe), equal, fisher-jenks, head-tail, standard-deviation, diverging, manual",
    ),
    "polarities": Parameter(
        str, "1 or -1 for each indicator; default: those of the catalogue",
        "1 oder -1 für jeden Indikator; ohne Angabe die des Katalogs",
    ),
    "importance": Parameter(
        str, "Weight of each indicator; default: equal",
        "Gewicht jedes Indikators; ohne Angabe gleich",
    ),
    "coverage": Parameter(
        float, "Share of the weight that must be known; default 0.8",
        "Anteil des Gewichts, der bekannt sein muss; ohne Angabe 0.8",
    ),
    "status_cuts": Parameter(
        str, "Three descending cut points of the status, in standard deviations",
        "Drei absteigende Schwellen des Status, in Standardabweichungen",
    ),
    "dynamics_cuts": Parameter(
        str, "Two descending cut points of the dynamics, in standard deviations",
        "Zwei absteigende Schwellen der Dynamik, in Standardabweichungen",
    ),
    "minimum_residents": Parameter(
        float, "Areas with fewer residents are not classified; default 300",
        "Gebiete mit weniger Einwohnern werden nicht eingeordnet; ohne Angabe 300",
    ),
    "k": Parameter(
        int, "Number of classes; default 5",
        "Zahl der Klassen; ohne Angabe 5",
    ),
    "breaks": Parameter(
        str, "Inner breaks of manual classes, ascending, separated by commas",
        "Innere Grenzen manueller Klassen, aufsteigend, durch Kommas getrennt",
    ),
    "centre": Parameter(
        float, "Value around which diverging classes lie; default: the published value of the area within which they "
        "are, else the rate of all areas together, else the mean of the areas",
        "Wert, um den divergierende Klassen liegen; ohne Angabe der veröffentlichte Wert des Gebiets, in dem "
        "sie liegen, sonst die Quote aller Gebiete zusammen, sonst ihr Mittelwert",
    ),
    "width": Parameter(
        float, "Width of a diverging class; default: the standard deviation about the centre",
        "Breite einer divergierenden Klasse; ohne Angabe die Standardabweichung um die Mitte",
    ),
    "profile": Parameter(
        str, "concentration (default) or proximity",
        "concentration (Vorgabe) oder proximity",
    ),
    "thresholds": Parameter(
        int, "Number of thresholds of a profile; default 1000",
        "Zahl der Schwellen eines Profils; ohne Angabe 1000",
    ),
    "scan_for": Parameter(
        str, "high (default), low or both",
        "high (Vorgabe), low oder both",
    ),
    "maximum_share": Parameter(
        float, "Largest share of the population in a circle; default 0.5",
        "Größter Anteil der Bevölkerung in einem Kreis; ohne Angabe 0.5",
    ),
}  # fmt: skip
