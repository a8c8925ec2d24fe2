"""Analyses over HTTP."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from starlette.testclient import TestClient

from boundaries import load_bundled
from service.analyses import budget
from service.analyses.checking import NoCounts, checked_question
from service.analyses.registry import METHODS
from service.reader import ReleaseReader
from service.settings import Settings
from spatial.statistics import Places, segregation_indices, weights_borders
from tests.api.asking import DISTRICT, asked


def get(client: TestClient, statistic: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/analysis/{statistic}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _numbers(node: Any) -> list[float]:
    if isinstance(node, dict):
        return [number for child in node.values() for number in _numbers(child)]
    if isinstance(node, list):
        return [number for child in node for number in _numbers(child)]
    return [node] if isinstance(node, float) else []


TESTED = [id_ for id_, method in METHODS.items() if method.kind in ("global", "local")]
FRAME = {"statistic", "n", "level", "within", "vintage", "dropped", "warnings", "reading", "versions", "release"}


@pytest.mark.parametrize("statistic", METHODS)
def test_every_statistic_answers_in_the_frame_that_all_share(client: TestClient, statistic: str) -> None:
    answer = get(client, statistic, **asked(statistic))
    method = METHODS[statistic]
    assert set(answer) >= FRAME | set(method.requires)
    assert set(answer["reading"]) == {"de", "en"}
    assert all(len(text) > 20 for text in answer["reading"].values())
    assert answer["reading"]["de"] != answer["reading"]["en"]
    assert all(math.isfinite(number) for number in _numbers(answer))
    if "weights" in method.takes and statistic != "segregation-thresholds":  # concentration knows no neighbours
        assert {"spec", "style", "links", "isolates", "bridged"} <= set(answer["weights"])
    if "seed" in method.takes:
        assert (answer["permutations"], answer["seed"]) == (199, 12345)
    if "areas" in answer:
        assert len(answer["areas"]) == len({area["key"] for area in answer["areas"]}) > 0


@pytest.mark.parametrize("statistic", TESTED)
def test_autocorrelation_answers_in_the_agreed_form(client: TestClient, statistic: str) -> None:
    answer = get(client, statistic, **asked(statistic, permutations=999))
    assert {"p_convention", "alternative", "permutations", "seed", "smallest_p", "period"} <= set(answer)
    if METHODS[statistic].kind == "global":
        assert {"value", "expectation", "variance", "variance_assumption", "z", "p_analytic", "p"} <= set(answer)
    else:
        names = {"key", "value", "statistic", "expectation", "variance", "z", "p", "p_fdr", "p_bonferroni"}
        assert all(names | {"quadrant", "class", "neighbours"} <= set(area) for area in answer["areas"])
        assert len(answer["areas"]) == answer["n"]


def test_join_counts_tell_all_three_kinds_of_pairs(client: TestClient) -> None:
    answer = get(client, "join-counts", **DISTRICT, threshold=4)
    assert set(answer["parts"]) == {"bb", "ww", "bw"}
    assert answer["companions"]["threshold"] == 4
    assert answer["companions"]["black"] + answer["companions"]["white"] == answer["n"]
    assert sum(part["value"] for part in answer["parts"].values()) == answer["weights"]["links"] / 2


def test_bivariate_moran_stands_beside_pearson_and_spearman(client: TestClient) -> None:
    answer = get(client, "bivariate-moran", **DISTRICT, second="age_mean", second_period="2015")
    assert set(answer["companions"]) == {"pearson", "spearman"}
    assert (answer["period"], answer["second_period"]) == ("2016", "2015")
    other = client.get("/api/analysis/bivariate-moran", params={**DISTRICT, "second": "age_mean"})
    assert other.status_code == 400
    assert other.json()["parameter"] == "second_period", "no figures of another year by accident"


def test_segregation_in_the_agreed_form(client: TestClient) -> None:
    answer = get(client, "segregation", **DISTRICT)
    indices = answer["indices"]
    assert {"d", "gini", "entropy", "atkinson", "isolation", "interaction", "correlation_ratio"} <= set(indices)
    assert {"delta", "spatial_d"} <= set(indices)
    assert {"mean", "sd", "p"} <= set(answer["null"])
    assert answer["bias_corrected"]["d"] < indices["d"]
    shares = [(area["numerator"], area["denominator"]) for area in answer["areas"]]
    group, total = (sum(column) for column in zip(*shares, strict=True))
    d = sum(abs(x / group - (t - x) / (total - group)) for x, t in shares) / 2
    assert indices["d"] == pytest.approx(d, rel=1e-12)
    assert sum(area["contribution"] for area in answer["areas"]) == pytest.approx(d, rel=1e-9)


def test_inequality_between_and_within_upper_areas(client: TestClient) -> None:
    answer = get(client, "inequality", indicator="unemp_share", within="06", groups="kreis")
    assert {"gini", "theil", "theil_between", "theil_within", "cv", "p90_p10"} <= set(answer)
    assert answer["theil_between"] + answer["theil_within"] == pytest.approx(answer["theil"])
    assert answer["n_groups"] == 27, "Hanau is a district of its own"
    without = get(client, "inequality", indicator="unemp_share", within="06")
    assert without["theil_between"] is None
    wrong = client.get("/api/analysis/inequality", params={**DISTRICT, "groups": "planet"})
    assert wrong.json()["parameter"] == "groups"


def test_smoothed_rates_are_in_the_unit_of_the_indicator_beside_the_raw_ones(client: TestClient) -> None:
    answer = get(client, "empirical-bayes", **DISTRICT)
    for area in answer["areas"]:
        assert area["raw"] == pytest.approx(area["value"])
        assert area["raw"] == pytest.approx(area["numerator"] / area["denominator"] * answer["factor"])
        low, high = sorted((area["raw"], area["prior_mean"]))
        assert low <= area["smoothed"] <= high
    surroundings = get(client, "spatial-empirical-bayes", **DISTRICT)
    assert surroundings["areas"] != answer["areas"]


def test_ratios_refer_to_the_area_of_reference(client: TestClient) -> None:
    own = get(client, "standardised-ratios", **DISTRICT)
    assert sum(area["observed"] for area in own["areas"]) == pytest.approx(
        sum(area["expected"] for area in own["areas"])
    )
    land = get(client, "standardised-ratios", **DISTRICT, reference="06")
    assert all(area["ratio"] < other["ratio"] for area, other in zip(land["areas"], own["areas"], strict=True))


def test_a_composite_index_says_what_it_is_made_of(client: TestClient) -> None:
    answer = get(client, "composite", indicators="unemp_share,child_pov", within="06633")
    assert [(part["indicator"], part["period"], part["polarity"]) for part in answer["components"]] == [
        ("unemp_share", "2016", -1),
        ("child_pov", "2022", -1),
    ]
    for area in answer["areas"]:
        if area["rank"] is not None:
            assert area["rank_best"] <= area["rank"] <= area["rank_worst"]
    neutral = client.get("/api/analysis/composite", params={"indicators": "unemp_share,age_mean"})
    assert neutral.json()["parameter"] == "polarities"


def test_weights_leave_as_files_that_others_read(client: TestClient, tmp_path: Path) -> None:
    used = get(client, "local-moran", **DISTRICT)["weights"]
    answers = {
        form: client.get("/api/analysis/local-moran/weights", params={**DISTRICT, "f": form})
        for form in ("gal", "gwt", "csv")
    }
    assert all(answer.status_code == 200 for answer in answers.values())
    for form in ("gal", "gwt"):
        path = tmp_path / f"weights.{form}"
        path.write_bytes(answers[form].content)
    assert _as_libpysal_reads_them(tmp_path / "weights.gal", tmp_path / "weights.gwt") == [[28, used["links"]]] * 2
    rows = list(csv.DictReader(io.StringIO(answers["csv"].text)))
    assert len(rows) == used["links"]
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["focal"]] = sums.get(row["focal"], 0) + float(row["weight"])
    assert all(total == pytest.approx(1) for total in sums.values()), "row-standardised, as local Moran uses them"
    assert client.get("/api/analysis/inequality/weights", params=DISTRICT).status_code == 400
    assert client.get("/api/analysis/moran/weights", params={**DISTRICT, "f": "shp"}).json()["parameter"] == "f"


@pytest.mark.parametrize("weights", ["queen", "kernel:triangular:12000m", "distance:7000"])
def test_exported_weights_repeat_the_run_in_libpysal(client: TestClient, tmp_path: Path, weights: str) -> None:
    """Moran's I of the exported weights and the exported values is the one that was answered; isolates included."""
    question: dict[str, Any] = {**DISTRICT, "weights": weights, "permutations": 99}
    answer = get(client, "moran", **question)
    values = {area["key"]: area["value"] for area in get(client, "local-moran", **question)["areas"]}
    assert bool(answer["weights"]["isolates"]) == (weights == "distance:7000")
    (tmp_path / "values.json").write_text(json.dumps(values))
    exported = client.get("/api/analysis/moran/weights", params={**question, "f": "csv"})
    (tmp_path / "weights.csv").write_bytes(exported.content)
    repeated = _moran_of_libpysal(tmp_path / "weights.csv", tmp_path / "values.json")
    assert repeated == [pytest.approx(answer["value"], rel=1e-9), answer["weights"]["isolates"], len(values)]


def _moran_of_libpysal(weights: Path, values: Path) -> Any:
    """Moran's I, isolates and number of areas, in a process of its own."""
    program = (
        "import json, sys, numpy as np, pandas as pd; from libpysal.graph import Graph; "
        "g = Graph.from_adjacency(pd.read_csv(sys.argv[1], dtype={'focal': str, 'neighbor': str})); "
        "x = json.load(open(sys.argv[2])); x = np.array([x[key] for key in g.unique_ids]); z = x - x.mean(); "
        "w = g.sparse; print(json.dumps([len(z) / w.sum() * (z @ (w @ z)) / (z @ z), sorted(g.isolates), len(z)]))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, str(weights), str(values)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize(("weights", "form"), [("kernel:triangular:15000m", "gal"), ("distance:7000", "gwt")])
def test_a_file_that_would_lose_something_is_refused(client: TestClient, weights: str, form: str) -> None:
    refused = client.get("/api/analysis/moran/weights", params={**DISTRICT, "weights": weights, "f": form})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "f")
    assert "CSV holds all weights" in refused.json()["detail"]


def _as_libpysal_reads_them(*paths: Path) -> Any:
    """Areas and links of each file; in a process of its own, because libpysal leaves files open."""
    program = (
        "import json, sys, libpysal; "
        "read = [libpysal.io.open(path).read() for path in sys.argv[1:]]; "
        "print(json.dumps([[w.n, sum(w.cardinalities.values())] for w in read]))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, *map(str, paths)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_the_list_of_statistics_is_that_of_the_definition(client: TestClient) -> None:
    listed = client.get("/api/analysis").json()["statistics"]
    definition = client.get("/api/openapi.json").json()["paths"]["/api/analysis/{statistic}"]["get"]["parameters"]
    declared = {each["name"]: each for each in definition}
    assert [each["id"] for each in listed] == list(METHODS) == declared["statistic"]["schema"]["enum"]
    for each in listed:
        assert set(each["parameters"]) <= set(declared), each["id"]
        assert set(each["required"]) <= set(each["parameters"])
        assert set(each["title"]) == {"de", "en"}


def test_a_known_answer_is_not_computed_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/api/analysis/moran?indicator=unemp_share&within=06633&permutations=499"
    first = client.get(path)

    def never(*_: object) -> None:
        raise AssertionError("it was computed again")

    monkeypatch.setattr("service.jobs.desk.answer", never)
    assert client.get(path).content == first.content
    known = client.get(path.replace("499", "498"), headers={"If-None-Match": first.headers["etag"]})
    assert known.status_code == 500, "another question has another tag"
    known = client.get(path + "&seed=12345", headers={"If-None-Match": first.headers["etag"]})
    assert known.status_code == 304
    assert known.headers["etag"] == first.headers["etag"]
    assert not known.content
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert plain.content == first.content
    assert plain.headers["etag"] != first.headers["etag"], "strong tags differ by coding"


def test_the_uninhabited_forest_is_bridged_and_never_counted(client: TestClient) -> None:
    answer = get(client, "local-moran", **DISTRICT)
    areas = {area["key"]: area for area in answer["areas"]}
    assert "06633200" not in areas
    assert {"key": "06633200", "reason": "unpopulated"} in answer["dropped"]
    assert areas["06633030"]["neighbours"], "Wesertal has its neighbours across the forest"
    assert any("06633030" in pair for pair in answer["weights"]["bridged"])


def test_without_a_bridge_wesertal_is_an_isolate_and_never_significant(client: TestClient) -> None:
    answer = get(client, "local-moran", **DISTRICT, isolates="drop")
    assert {"key": "06633030", "reason": "isolated"} in answer["dropped"]
    nearest = get(client, "local-moran", **DISTRICT, isolates="knn1")
    wesertal = next(area for area in nearest["areas"] if area["key"] == "06633030")
    assert len(wesertal["neighbours"]) == 1
    assert "Wesertal" in nearest["warnings"][0]["de"]


def test_ring_adds_the_areas_around(client: TestClient) -> None:
    plain, ringed = get(client, "local-moran", **DISTRICT), get(client, "local-moran", **DISTRICT, ring=True)
    outside = {area["key"] for area in ringed["areas"] if area.get("ring")}
    assert "06611000" in outside, "the city of Kassel touches the district"
    assert {area["key"] for area in ringed["areas"]} == outside | {area["key"] for area in plain["areas"]}


@pytest.mark.parametrize(
    "weights",
    [
        *("queen", "rook", "queen:2", "knn:4", "kernel:gaussian:8", "kernel:triangular:8", "kernel:uniform:20000m"),
        *("distance:15000", "block:kreis"),
    ],
)
def test_weights_are_a_choice(client: TestClient, weights: str) -> None:
    answer = get(client, "moran", **DISTRICT, weights=weights, permutations=99)
    assert answer["weights"]["spec"] == weights
    if weights == "knn:4":
        assert answer["weights"]["links"] == 4 * answer["n"]
    if weights == "block:kreis":
        assert answer["weights"]["links"] == answer["n"] * (answer["n"] - 1), "one district"


def test_kernels_and_blocks_are_those_of_the_library(client: TestClient) -> None:
    """A kernel of shape ``uniform`` weighs all alike; the areas of a block are those of one upper area."""
    fixed = get(client, "local-moran", **DISTRICT, weights="kernel:uniform:15000m", permutations=99)
    band = get(client, "local-moran", **DISTRICT, weights="distance:15000", permutations=99)
    assert [area["neighbours"] for area in fixed["areas"]] == [area["neighbours"] for area in band["areas"]]
    assert fixed["weights"]["style"] == band["weights"]["style"] == "R"
    blocks = get(client, "local-moran", indicator="unemp_share", weights="block:kreis", permutations=99)
    for area in blocks["areas"]:
        assert {key[:5] for key in area["neighbours"]} <= {area["key"][:5]}
        assert (area["class"] == "isolated") == (not area["neighbours"])


def test_more_neighbours_than_memory_holds_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_LINKS", 500)
    for path in ("moran", "moran/weights"):
        answer = client.get(f"/api/analysis/{path}", params={**DISTRICT, "weights": "distance:99999998"})
        assert (answer.status_code, answer.json()["reason"]) == (422, "too large")
        assert "links between areas" in answer.json()["detail"]
    assert client.get("/api/analysis/moran", params={**DISTRICT, "weights": "knn:17"}).status_code == 200


def test_wongs_indices_weigh_neighbours_by_their_common_border(client: TestClient) -> None:
    """Equal to what the bundled boundaries give, which were never rounded to degrees."""
    answer = get(client, "segregation", **DISTRICT, permutations=99)
    rows = {area["key"]: (area["numerator"], area["denominator"]) for area in answer["areas"]}
    bundled = load_bundled().gemeinden.by_key
    merged = {"06633030": ("06633021", "06633027")}
    shapes = np.array([shapely.union_all([bundled[part].geometry for part in merged.get(key, (key,))]) for key in rows])
    expected = segregation_indices(
        *np.array(list(rows.values())).T,
        places=Places(
            area_m2=shapely.area(shapes),
            perimeter_m=shapely.length(shapes),
            borders_m=weights_borders(shapes, list(rows)),
        ),
    )
    for name in ("boundary_d", "perimeter_d"):
        assert answer["indices"][name] == pytest.approx(expected.indices[name], rel=1e-5)
        assert 0 < answer["indices"][name] < answer["indices"]["d"]


def test_centralisation_needs_a_centre(client: TestClient) -> None:
    without = get(client, "segregation", **DISTRICT, permutations=99)["indices"]
    around = get(client, "segregation", **DISTRICT, permutations=99, centre_area="06611")["indices"]
    new = {"absolute_centralisation", "relative_centralisation"}
    assert set(around) - set(without) == new
    assert all(-1 <= around[name] <= 1 for name in new)
    refused = client.get("/api/analysis/segregation", params={**DISTRICT, "centre_area": "99999"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "centre_area")


def test_profiles_over_thresholds(client: TestClient) -> None:
    curve = get(client, "segregation-thresholds", **DISTRICT, thresholds=101)["curve"]
    assert (len(curve), curve[0], curve[-1]) == (101, 1.0, 0.0)
    assert curve == sorted(curve, reverse=True)
    near = get(client, "segregation-thresholds", **DISTRICT, profile="proximity")
    assert all(0 <= each <= 1 for each in near["curve"])


def test_diverging_classes_have_the_width_that_is_asked_for(client: TestClient) -> None:
    answer = get(client, "classes", **DISTRICT, centre=4, width=0.5, k=4)
    assert answer["method"] == "diverging"
    assert answer["breaks"][1:-1] == pytest.approx([3.5, 4.0, 4.5])


def test_two_maps_differ_by_date_group_or_place(client: TestClient) -> None:
    synthetic = {"indicator": "hze_rate", "within": "06633", "permutations": 99}
    dates = get(client, "segregation-difference", **synthetic, base="2018")
    assert dates["labelling"] == "pairs"
    assert dates["difference"] == pytest.approx(dates["second"] - dates["first"])
    change = get(client, "segregation-change", indicator="hze_rate", within="06633", base="2018")
    assert (dates["first"], dates["second"]) == pytest.approx((change["first"], change["second"]))
    places = get(client, "segregation-difference", **synthetic, second_within="06631")
    assert (places["labelling"], places["second_within"]) == ("areas", "06631")
    alone = get(client, "segregation", indicator="hze_rate", within="06631", permutations=99)
    assert places["second"] == pytest.approx(alone["indices"]["d"])
    assert places["n_second"] == alone["n"]
    groups = get(client, "segregation-difference", **DISTRICT, second="unemp_youth", permutations=99)
    assert groups["labelling"] == "pairs"
    assert 0 < groups["p"] <= 1


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({}, "base"),
        ({"base": "2018", "second_within": "06631"}, "base"),
        ({"second_within": "06633"}, "second_within"),
        ({"second_within": "06"}, "second_within"),
        ({"second_within": "99999"}, "second_within"),
    ],
)
def test_what_two_maps_are_compared_must_be_clear(client: TestClient, more: dict[str, str], named: str) -> None:
    asked_for = {"indicator": "hze_rate", "within": "06633", **more}
    answer = client.get("/api/analysis/segregation-difference", params=asked_for)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == named


def test_diverging_classes_lie_about_the_district_itself(client: TestClient, release: ReleaseReader) -> None:
    answer = get(client, "classes", indicator="hze_rate", within="06633", method="diverging", periods="2022", k=4)
    values = client.get("/api/indicators/hze_rate/values", params={"within": "06633", "period": "2022"}).json()
    published = values["reference"]["kreis"]["06633"]["value"]
    known = [value for value in values["values"] if value is not None]
    assert answer["diverges_from"] == {"value": published, "source": "area", "area": "06633"}
    assert answer["breaks"][2] == published
    assert published != pytest.approx(sum(known) / len(known)), "the plain mean is another number"
    series = get(client, "classes", indicator="hze_rate", within="06633", method="diverging", k=4)["diverges_from"][
        "value"
    ]
    assert series != published, "all periods have a mean of their own"


def test_without_an_upper_area_diverging_classes_lie_about_the_rate_of_all_areas(client: TestClient) -> None:
    asked = {"indicator": "hze_rate", "level": "gemeinde", "periods": "2022", "method": "diverging"}
    found = get(client, "classes", **asked)["diverges_from"]
    values = client.get("/api/indicators/hze_rate/values", params={"level": "gemeinde", "period": "2022"}).json()
    pairs = [(a, b) for a, b in zip(values["numerators"], values["denominators"], strict=True) if a is not None and b]
    factor = client.get("/api/indicators/hze_rate").json()["factor"]
    assert (found["source"], found["area"]) == ("weighted-mean", None)
    assert found["value"] == pytest.approx(factor * sum(a for a, _ in pairs) / sum(b for _, b in pairs))
    count = get(client, "classes", indicator="pop_total", level="gemeinde", method="diverging", periods="2022")
    assert count["diverges_from"]["source"] == "mean"
    assert get(client, "classes", **DISTRICT, centre=4)["diverges_from"]["source"] == "given"
    assert get(client, "classes", **DISTRICT)["diverges_from"] is None


def test_every_period_needs_its_counts(release: ReleaseReader, demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    question = {"indicator": "hze_rate"}
    asked_for = checked_question(release, demo, "pooled-rates", question)
    cube = release.cube("hze_rate", asked_for.vintage, asked_for.level)
    first, *_, last = asked_for.periods
    bare = {name: part for name, part in cube["periods"][first].items() if name != "numerators"}
    poorer = cube | {"periods": cube["periods"] | {first: bare}}
    monkeypatch.setattr(ReleaseReader, "cube", lambda *_: poorer)
    with pytest.raises(NoCounts):
        checked_question(release, demo, "pooled-rates", question)
    with pytest.raises(NoCounts):
        checked_question(release, demo, "segregation-change", {**question, "base": first, "period": last})


@pytest.mark.parametrize("statistic", ["moran", "geary", "getis-ord-g"])
def test_where_all_are_neighbours_there_is_nothing_to_test(client: TestClient, statistic: str) -> None:
    answer = get(client, statistic, **DISTRICT, weights="distance:99999999", permutations=99)
    assert (answer["z"], answer["p_analytic"], answer["p"]) == (None, None, 1.0)


def test_same_seed_same_bytes_other_seed_same_statistic(client: TestClient) -> None:
    path = "/api/analysis/local-moran?indicator=unemp_share&within=06633&permutations=999&seed="
    one, again, other = (client.get(path + seed) for seed in ("7", "7", "8"))
    assert one.content == again.content
    assert one.headers["etag"] != other.headers["etag"]
    assert [a["statistic"] for a in one.json()["areas"]] == [a["statistic"] for a in other.json()["areas"]]


def test_what_cannot_be_computed_says_why(client: TestClient) -> None:
    answer = client.get("/api/analysis/moran", params={"indicator": "pop_total", "within": "06633018"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["reason"] == "too few areas"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "indicator"),
        ("indicator=pop_total&weights=triangle", "weights"),
        ("indicator=pop_total&weights=knn:0", "weights"),
        ("indicator=pop_total&weights=kernel:8", "weights"),
        ("indicator=pop_total&weights=kernel:cone:8", "weights"),
        ("indicator=pop_total&weights=kernel:gaussian:0m", "weights"),
        ("indicator=pop_total&weights=block:mond", "weights"),
        ("indicator=pop_total&weights=distance:-5", "weights"),
        ("indicator=pop_total&weights=distance:nan", "weights"),
        ("indicator=pop_total&permutations=1", "permutations"),
        ("indicator=pop_total&permutations=1000000000", "permutations"),
        ("indicator=pop_total&isolates=ignore", "isolates"),
        ("indicator=pop_total&style=X", "style"),
        ("indicator=pop_total&seed=-1", "seed"),
        ("indicator=pop_total&ring=perhaps", "ring"),
        ("indicator=pop_total&alpha=0.1", "alpha"),
        ("indicator=pop_total&nonsense=1", "nonsense"),
        ("indicator=pop_total&groups=kreis", "groups"),
        ("indicator=pop_total&second=age_mean", "second"),
        ("indicator=pop_total&vintage=2015-01-01", "vintage"),
        ("indicator=pop_total&vintage=20200101", "vintage"),
        ("indicator=nothing", "indicator"),
    ],
)
def test_impossible_parameters_are_named(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/api/analysis/moran?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("classes?indicator=unemp_share&method=equal&breaks=3,4", "breaks"),
        ("classes?indicator=unemp_share&method=manual", "breaks"),
        ("classes?indicator=unemp_share&breaks=4,3", "breaks"),
        ("classes?indicator=unemp_share&breaks=3,4&k=3", "k"),
        ("classes?indicator=unemp_share&method=equal&width=2", "width"),
        ("classes?indicator=unemp_share&breaks=3,4&centre=3", "centre"),
        ("composite?indicators=unemp_share,child_pov&importance=1,2,3", "importance"),
        ("composite?indicators=unemp_share,child_pov&importance=1,2&method=pca", "importance"),
        ("typology?indicators=doctors,child_pov&base=2018&residents=pop_total&importance=1", "importance"),
        ("typology?indicators=doctors,child_pov&base=2018&residents=pop_total&status_cuts=1,2,3", "status_cuts"),
        ("typology?indicators=doctors,child_pov&base=2018&residents=pop_total&dynamics_cuts=0,0", "dynamics_cuts"),
        ("funnel?indicator=unemp_share&target=200", "target"),
        ("segregation?indicator=foreign_share_census&null=geographic", "null"),
        ("segregation-thresholds?indicator=foreign_share_census&weights=rook", "weights"),
    ],
)
def test_options_that_contradict_each_other_are_named(client: TestClient, query: str, parameter: str) -> None:
    polarities = "&polarities=1,1" if "indicators" in query else ""
    answer = client.get(f"/api/analysis/{query}&within=06633{polarities}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == parameter


def test_options_that_go_together_have_their_effect(client: TestClient) -> None:
    given = get(client, "classes", **DISTRICT, breaks="3,4")
    assert (given["method"], given["k"]) == ("manual", 3)
    assert get(client, "classes", **DISTRICT, width=2)["method"] == "diverging"
    assert get(client, "funnel", **DISTRICT, target=99)["target"] == pytest.approx(99)
    spatial = get(client, "segregation", **DISTRICT, index="spatial_d", null="geographic", permutations=99)
    assert spatial["null"]["null"] == "geographic"


def test_values_are_named_as_they_were_asked(client: TestClient) -> None:
    target = client.get("/api/analysis/funnel", params={**DISTRICT, "target": 200}).json()["detail"]
    assert "'200'" in target
    assert "below 100" in target
    block = client.get("/api/analysis/moran", params={**DISTRICT, "weights": "block:foo"}).json()["detail"]
    assert "'block:foo'" in block


def test_what_was_left_out_stands_beside_the_reason(client: TestClient) -> None:
    answer = client.get("/api/analysis/funnel", params={"indicator": "pop_density", "within": "06633"})
    problem = answer.json()
    assert (answer.status_code, problem["reason"]) == (422, "impossible counts")
    assert problem["dropped"] == [{"key": "06633200", "reason": "unpopulated"}]
    assert "06633001" in problem["detail"], "areas are named by key, not by their place in an array"
    assert "1 unpopulated" in problem["detail"]


def test_groups_are_counts_of_one_time_that_have_nobody_in_common(client: TestClient) -> None:
    answer = get(client, "segregation-groups", indicators="pop_u18,pop_65plus", within="06633")
    assert [each["period"] for each in answer["components"]] == [answer["period"]] * 2 == ["2015", "2015"]
    assert [each["share"] for each in answer["components"]] == list(answer["shares"].values())
    assert "overlap" in answer["warnings"][0]["en"]
    for indicators, fact in (
        ("unemp_share,foreign_share_census", "counts"),
        ("pop_total,pop_density", "counts"),
        ("pop_u18,pop_total", "pop_u18 is a part of pop_total"),
        ("pop_u20,census_foreign", "common period"),
    ):
        params = {"indicators": indicators, "within": "06633"}
        refused = client.get("/api/analysis/segregation-groups", params=params)
        assert (refused.status_code, refused.json()["parameter"]) == (400, "indicators")
        assert fact in refused.json()["detail"]


def test_indicators_of_different_times_are_named(client: TestClient) -> None:
    params = {"indicators": "turnout,doctors", "polarities": "1,1", "within": "06633"}
    answer = get(client, "composite", **params)
    assert "turnout 2013, doctors 2022" in answer["warnings"][0]["en"]
    assert not get(client, "composite", **(params | {"indicators": "child_pov,doctors"}))["warnings"]


@pytest.mark.parametrize(
    ("statistic", "named", "first"),
    [("emerging", {"periods": "2008..2015"}, 2008), ("markov", {}, 2011), ("lisa-markov", {}, 2011)],
)
def test_periods_are_equally_far_apart(client: TestClient, statistic: str, named: dict[str, str], first: int) -> None:
    asked_for = {"indicator": "pop_total", "within": "06"}
    answer = get(client, statistic, **asked_for, **named)
    # By default those on the base of the census of 2011.
    assert answer["series_periods"] == [str(year) for year in range(first, 2016)]
    assert "2018, 2019, 2021, 2022" in answer["warnings"][0]["en"]
    refused = client.get(f"/api/analysis/{statistic}", params={**asked_for, "periods": "2008..2018"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "periods")
    assert "after 2015 comes 2018" in refused.json()["detail"]
    yearly = [text["en"] for text in answer["warnings"] if "monthly" in text["en"]]
    assert len(yearly) == (statistic == "emerging")


def test_local_answers_tell_analytic_p_and_the_cores_of_clusters(client: TestClient) -> None:
    answer = get(client, "local-moran", **DISTRICT)
    by_key = {area["key"]: area for area in answer["areas"]}
    for area in answer["areas"]:
        assert area["p_analytic"] == pytest.approx(math.erfc(abs(area["z"]) / math.sqrt(2)), rel=1e-12)
        called = area["class"] in ("high-high", "low-low")
        beside = any(area["key"] in by_key[key]["neighbours"] and by_key[key]["role"] == "core" for key in by_key)
        assert area["role"] == ("core" if called else "neighbour" if beside else None)
    assert {"core", "neighbour", None} == {area["role"] for area in answer["areas"]}
    isolated = get(client, "local-moran", **DISTRICT, weights="distance:7000")["areas"]
    assert {(area["p_analytic"], area["role"]) for area in isolated if area["class"] == "isolated"} == {(None, None)}


def test_answers_name_the_version_of_the_protection(client: TestClient, release: ReleaseReader) -> None:
    versions = get(client, "moran", **DISTRICT)["versions"]
    assert versions["disclosure"] == release.manifest.about["disclosure_version"]


def test_any_tag_stands_for_an_answer_that_exists(client: TestClient) -> None:
    anything = {"If-None-Match": "*"}
    refused = client.get("/api/analysis/moran?indicator=commute_bal&within=06611", headers=anything)
    assert refused.status_code == 422
    path = "/api/analysis/moran?indicator=unemp_share&within=06633&permutations=199&seed=77"
    job = client.get(path, headers={**anything, "Prefer": "respond-async"})
    assert job.status_code == 202
    known = client.get(path.replace("77", "78"), headers=anything)
    assert (known.status_code, known.content) == (304, b"")


def test_unknown_statistic(client: TestClient) -> None:
    assert client.get("/api/analysis/astrology?indicator=pop_total").status_code == 404
