import { describe, expect, it } from "vitest";
import { type Api, ApiError, type Shown } from "../src/api";
import { App } from "../src/app";
import {
  catalogue,
  deferred,
  indicator,
  local,
  ofKreise,
  ofRaum,
  release,
  series,
  tileset,
  values,
} from "./fixtures";

/** A page with a history of its own. */
function pageAt(href: string) {
  const entries = [new URL(href)];
  const here = (): URL => entries.at(-1) ?? new URL(href);
  const enter = (url?: string | URL | null): URL => new URL(String(url), here());
  return {
    entries,
    back: () => entries.pop(),
    page: {
      get location() {
        return here() as unknown as Location;
      },
      history: {
        pushState: (_: unknown, __: string, url?: string | URL | null) => entries.push(enter(url)),
        replaceState: (_: unknown, __: string, url?: string | URL | null) =>
          entries.splice(-1, 1, enter(url)),
      } as unknown as History,
    },
  };
}

function service(patch: Partial<Api> = {}): Api {
  const answer = (shown: Shown) => ({ ...values, indicator: shown.indicator, period: shown.period });
  return {
    release: async () => release,
    catalogue: async () => catalogue,
    detail: () => Promise.reject(new ApiError({ title: "none", status: 404, detail: null, reason: null })),
    values: async (shown) => answer(shown),
    series: async (indicator, areas) => ({
      ...series,
      indicator,
      series: areas.map((key) => ({
        key,
        name: key,
        level: "",
        values: [],
        status: [],
        flags: [],
        origin: [],
        notes: [],
      })),
    }),
    localMoran: async () => local,
    moran: () => Promise.reject(new ApiError({ title: "none", status: 422, detail: null, reason: null })),
    tileset: async () => tileset,
    areas: async () => [],
    ...patch,
  };
}

const older = {
  ...release,
  vintages: ["2018-01-01", "2026-01-01"],
  tilesets: { ...release.tilesets, "2018-01-01": "/tiles/2018-01-01.json" },
};

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function started(href: string, api: Api = service()) {
  const browser = pageAt(href);
  const app = new App(api, browser.page, () => {});
  app.start();
  await settled();
  return { app, ...browser };
}

describe("the app", () => {
  it("writes the whole choice into the URL without a new entry", async () => {
    const { app, entries } = await started("http://h/");
    expect(entries.map(({ search }) => search)).toEqual(["?indicator=child_pov&period=2022&within=06633"]);
    expect(app.settled).toBe(true);
    expect(app.scene?.units).toHaveLength(5);
  });

  it("goes forward and back", async () => {
    const { app, entries, back } = await started("http://h/?period=2020");
    app.go({ period: "2018" });
    await settled();
    expect(entries).toHaveLength(2);
    expect(app.scene?.values.period).toBe("2018");
    back();
    app.follow();
    await settled();
    expect(app.scene?.values.period).toBe("2020");
  });

  it("keeps the nearest period with another indicator, without calling it unknown", async () => {
    const { app } = await started("http://h/?period=2022");
    app.go({ indicator: "sgb2_quote" });
    expect(app.state).toMatchObject({ indicator: "sgb2_quote", period: "2022-01" });
    expect(app.unknown).toEqual([]);
  });

  it("says when the region had to become wider for the indicator", async () => {
    const { app } = await started("http://h/");
    app.go({ indicator: "hosp_beds" });
    expect(app.state?.within).toBe("06");
    expect(app.unknown).toEqual([{ parameter: "wider", asked: "06633" }]);
  });

  it("leaves an area with the district it lies in", async () => {
    const { app } = await started("http://h/?area=06633018");
    app.go({ within: "06" });
    expect(app.state?.area).toBe("06633018");
    app.go({ within: "06432" });
    expect(app.state?.area).toBeNull();
  });

  it("asks for the series of the area, its district and its Land", async () => {
    const asked: (readonly string[])[] = [];
    const api = service();
    await started("http://h/?area=06633018", {
      ...api,
      series: (indicator, areas, level, vintage, signal) => {
        asked.push(areas);
        return api.series(indicator, areas, level, vintage, signal);
      },
    });
    expect(asked).toEqual([["06633018", "06633", "06"]]);
  });

  describe("on another level", () => {
    const raum = {
      ...values,
      level: "raum",
      within: "06",
      keys: ["06", "07"],
      names: ["Nord", "Süd"],
      values: [5, 12.3],
      status: ["OK", "OK"] as const,
      flags: [[], []],
    };
    const levels = (asked: string[]) =>
      service({
        catalogue: async () => ({ ...catalogue, indicators: [ofRaum, indicator(), ofKreise] }),
        values: async (shown) => {
          asked.push(`values ${shown.level}`);
          return { ...(shown.level === "raum" ? raum : values), period: shown.period };
        },
        localMoran: async (shown) => {
          asked.push(`clusters ${shown.level}`);
          return local;
        },
        areas: async (level) => {
          asked.push(`areas ${level}`);
          return [];
        },
        series: (indicator, areas, level, vintage, signal) => {
          asked.push(`series ${areas.join(",")} ${level}`);
          return service().series(indicator, areas, level, vintage, signal);
        },
      });

    it("asks for everything on the level, and for the lines above apart: keys may be the same", async () => {
      const asked: string[] = [];
      const { app } = await started(
        "http://h/?indicator=pupils&within=06&level=raum&map=clusters&area=06",
        levels(asked),
      );
      await settled();
      expect(asked.toSorted()).toEqual([
        "areas raum",
        "clusters raum",
        "series 06 null",
        "series 06 raum",
        "values raum",
      ]);
      expect(app.unit("06")?.name).toBe("Nord");
    });

    it("is kept with another indicator that has it, and told where it cannot be", async () => {
      const { app, entries } = await started("http://h/?indicator=pupils&within=06", levels([]));
      app.go({ level: "kreis" });
      expect(entries.at(-1)?.searchParams.get("level")).toBe("kreis");
      app.go({ indicator: "child_pov" });
      expect(app.state).toMatchObject({ level: "kreis", shownLevel: "kreis" });
      expect(app.unknown).toEqual([]);
      app.go({ level: "raum", indicator: "pupils" });
      app.go({ indicator: "child_pov" });
      expect(app.state).toMatchObject({ level: null, shownLevel: "gemeinde", within: "06" });
      expect(app.unknown).toEqual([{ parameter: "level", asked: "raum" }]);
    });

    it("leaves an area with its level", async () => {
      const { app } = await started("http://h/?indicator=pupils&within=06&area=06633018", levels([]));
      app.go({ period: "2020" });
      expect(app.state?.area).toBe("06633018");
      app.go({ level: "kreis" });
      expect(app.state?.area).toBeNull();
    });
  });

  it("asks for everything on the boundaries that were chosen", async () => {
    const asked: (string | null)[] = [];
    const tiles: string[] = [];
    const api = service();
    const { app } = await started("http://h/?vintage=2018-06-30&area=06633018&map=clusters", {
      ...api,
      release: async () => older,
      tileset: async (address) => {
        tiles.push(address);
        return tileset;
      },
      values: (shown, signal) => {
        asked.push(shown.vintage);
        return api.values(shown, signal);
      },
      localMoran: (shown, signal) => {
        asked.push(shown.vintage);
        return api.localMoran(shown, signal);
      },
      areas: async (_, __, vintage) => {
        asked.push(vintage);
        return [];
      },
      series: (indicator, areas, level, vintage, signal) => {
        asked.push(vintage);
        return api.series(indicator, areas, level, vintage, signal);
      },
    });
    expect(app.settled).toBe(true);
    expect(app.state?.vintage).toBe("2018-01-01");
    expect(asked).toEqual(Array(4).fill("2018-01-01"));
    expect(tiles).toEqual(["/tiles/2018-01-01.json"]);
    app.go({ vintage: null });
    await settled();
    expect(app.scene?.shown.vintage).toBeNull();
    expect(asked.slice(4)).toEqual(Array(4).fill(null));
    expect(tiles.at(-1)).toBe("/tiles/2026-01-01.json");
  });

  it("draws the clusters anew with another correction, without asking again", async () => {
    let asked = 0;
    const { app, entries } = await started(
      "http://h/?map=clusters",
      service({
        localMoran: async () => {
          asked += 1;
          return local;
        },
      }),
    );
    expect(app.unit("06633002")?.cluster).toBe("high-high");
    app.go({ correction: "bonferroni" });
    expect(app.settled).toBe(true);
    expect(app.unit("06633002")?.cluster).toBe("not-significant");
    app.go({ correction: "none" });
    expect(app.unit("06633001")?.cluster).toBe("low-low");
    expect(entries.at(-1)?.searchParams.get("correction")).toBe("none");
    expect(asked).toBe(1);
  });

  it("shows the scene before until every part of the next one is there", async () => {
    const waiting = deferred<typeof local>();
    const { app } = await started("http://h/", service({ localMoran: () => waiting.promise }));
    app.go({ map: "clusters" });
    await settled();
    expect(app.settled).toBe(false);
    expect(app.scene?.mode).toBe("values");
    waiting.resolve(local);
    await settled();
    expect(app.settled).toBe(true);
    expect(app.scene?.mode).toBe("clusters");
    expect(app.unit("06633002")?.cluster).toBe("high-high");
  });

  it("never mixes the clusters of one period with the values of another", async () => {
    const answers = new Map<string, (value: typeof local) => void>();
    const { app } = await started(
      "http://h/?map=clusters&period=2020",
      service({ localMoran: (shown) => new Promise((resolve) => answers.set(shown.period, resolve)) }),
    );
    app.go({ period: "2022" });
    await settled();
    answers.get("2020")?.(local);
    await settled();
    expect(app.scene).toBeNull();
    answers.get("2022")?.(local);
    await settled();
    expect(app.scene?.shown.period).toBe("2022");
  });

  it("keeps the values when the clusters cannot be computed", async () => {
    const problem = { title: "No variance", status: 422, detail: null, reason: null };
    const { app } = await started(
      "http://h/?map=clusters",
      service({ localMoran: () => Promise.reject(new ApiError(problem)) }),
    );
    expect(app.settled).toBe(true);
    expect(app.scene?.clusterProblem).toEqual(problem);
    expect(app.scene?.values.keys).toHaveLength(5);
  });

  /** Figures for the areas in 2019 and 2020 only; the series tells. */
  function sparse(): Api {
    const api = service();
    const published = (period: string): boolean => ["2019", "2020"].includes(period);
    return {
      ...api,
      values: async (shown, signal) => {
        const answer = await api.values(shown, signal);
        return published(shown.period)
          ? answer
          : {
              ...answer,
              values: answer.keys.map(() => null),
              status: answer.keys.map(() => "EMPTY" as const),
            };
      },
      series: async (indicator, areas) => {
        const periods = ["2018", "2019", "2020", "2022"];
        const line = {
          name: "",
          level: "gemeinde",
          values: periods.map((period) => (published(period) ? 1 : null)),
          status: [],
          flags: [],
          origin: [],
          notes: [],
        };
        return { ...series, indicator, periods, series: areas.map((key) => ({ ...line, key })) };
      },
    };
  }

  it("opens with the newest period that has values", async () => {
    const { app, entries } = await started("http://h/", sparse());
    await settled();
    expect(app.state?.period).toBe("2020");
    expect(app.scene?.otherPeriods).toBeNull();
    expect(entries).toHaveLength(1);
  });

  it("keeps a bare period that was asked for, and knows where there are values", async () => {
    const { app } = await started("http://h/?period=2022", sparse());
    await settled();
    expect(app.scene?.shown.period).toBe("2022");
    expect(app.scene?.otherPeriods).toEqual(["2019", "2020"]);
  });

  it("asks for no series where the catalogue knows that a period is bare everywhere", async () => {
    const api = sparse();
    let asked = 0;
    const { app } = await started("http://h/?period=2022", {
      ...api,
      catalogue: async () => ({
        ...catalogue,
        indicators: [indicator({ periods_by_level: { gemeinde: ["2019", "2020"] } })],
      }),
      series: (...request) => {
        asked += 1;
        return api.series(...request);
      },
    });
    await settled();
    expect(app.scene?.otherPeriods).toEqual(["2019", "2020"]);
    expect(asked).toBe(0);
  });

  it("keeps a bare period where nothing is known about the others", async () => {
    const down = () => Promise.reject(new ApiError({ title: "", status: 500, detail: null, reason: null }));
    const { app } = await started("http://h/", { ...sparse(), series: down });
    await settled();
    expect(app.state?.period).toBe("2022");
    expect(app.scene?.otherPeriods).toEqual([]);
  });

  it("shows nothing old when the values fail, and tries again when told to", async () => {
    let down = false;
    const api = service();
    const { app } = await started("http://h/", {
      ...api,
      values: (shown, signal) =>
        down
          ? Promise.reject(new ApiError({ title: "unreachable", status: 0, detail: null, reason: null }))
          : api.values(shown, signal),
    });
    down = true;
    app.go({ period: "2018" });
    await settled();
    expect(app.scene).toBeNull();
    expect(app.values.current.phase).toBe("failed");
    down = false;
    app.retry();
    await settled();
    expect(app.scene?.values.period).toBe("2018");
  });
});
