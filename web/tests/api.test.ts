import { describe, expect, it } from "vitest";
import { ApiError, createApi, isEmbedded, serviceRoot } from "../src/api";
import { local, values } from "./fixtures";

const root = new URL("http://atlas.test/sub/");
const german = (): string => "de";
const { signal } = new AbortController();
const shown = { indicator: "child_pov", period: "2022", level: "gemeinde", within: "06633", vintage: null };

function answering(body: unknown, init: ResponseInit = {}, type = "application/json") {
  const asked: { url: URL; signal: AbortSignal | null | undefined }[] = [];
  const fetcher: typeof fetch = async (input, request) => {
    asked.push({ url: new URL(String(input)), signal: request?.signal });
    return new Response(JSON.stringify(body), { ...init, headers: { "content-type": type } });
  };
  return { api: createApi(root, german, fetcher), asked };
}

describe("the client", () => {
  it("asks below its own folder, with the signal and exactly the known parameters", async () => {
    const { api, asked } = answering(values);
    expect(await api.values(shown, signal)).toEqual(values);
    expect(asked[0]?.url.pathname).toBe("/sub/api/indicators/child_pov/values");
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      level: "gemeinde",
      period: "2022",
      within: "06633",
    });
    expect(asked[0]?.signal).toBe(signal);
  });

  it("asks for refusals in the language that the reader chose last", async () => {
    const languages: (string | null)[] = [];
    let chosen = "de";
    const api = createApi(
      root,
      () => chosen,
      async (_input, request) => {
        languages.push(new Headers(request?.headers).get("accept-language"));
        return Response.json({});
      },
    );
    await api.release(signal);
    chosen = "en";
    await api.release(signal);
    expect(languages).toEqual(["de", "en"]);
  });

  it("names older boundaries in every request that depends on them, and never the newest", async () => {
    const { api, asked } = answering({ areas: [] });
    const older = { ...shown, vintage: "2018-01-01" };
    await api.values(older, signal);
    await api.localMoran(older, signal);
    await api.moran(older, signal);
    await api.series("child_pov", ["06633018"], null, "2018-01-01", signal);
    await api.areas("gemeinde", "06633", "2018-01-01", signal);
    expect(asked.map(({ url }) => url.searchParams.get("vintage"))).toEqual(Array(5).fill("2018-01-01"));
    await api.areas("gemeinde", "06633", null, signal);
    expect(asked.at(-1)?.url.searchParams.has("vintage")).toBe(false);
  });

  it("limits nothing where everything is shown", async () => {
    const { api, asked } = answering({ areas: [] });
    await api.values({ ...shown, within: "" }, signal);
    await api.localMoran({ ...shown, within: "" }, signal);
    await api.areas("quartier", "", null, signal);
    expect(asked.map(({ url }) => url.searchParams.has("within"))).toEqual([false, false, false]);
  });

  it("asks for clusters with 9999 permutations", async () => {
    const { api, asked } = answering({});
    await api.localMoran(shown, signal);
    expect(asked[0]?.url.searchParams.get("permutations")).toBe("9999");
  });

  it("waits for an analysis that takes long, and stops waiting when nobody wants it any more", async () => {
    const states = [202, 202, 200];
    let asked = 0;
    const slow = createApi(root, german, async () => {
      const status = states[asked] ?? 202;
      asked += 1;
      const body = status === 200 ? local : { state: "running" };
      return new Response(JSON.stringify(body), {
        status,
        headers: { "content-type": "application/json", "retry-after": "0" },
      });
    });
    expect(await slow.localMoran(shown, signal)).toEqual(local);
    expect(asked).toBe(3);
    const abort = new AbortController();
    const given = slow.localMoran(shown, abort.signal);
    abort.abort();
    await expect(given).rejects.toThrow();
    const until = asked;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toBe(until);
  });

  it("turns a problem document into an error that can be shown", async () => {
    const problem = {
      type: "about:blank",
      title: "No",
      status: 422,
      detail: "Equal.",
      reason: "no variance",
    };
    const { api } = answering(problem, { status: 422 }, "application/problem+json");
    const error = await api.localMoran(shown, signal).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).problem).toEqual({
      title: "No",
      status: 422,
      detail: "Equal.",
      reason: "no variance",
      kind: "blank",
      parameter: null,
    });
  });

  it("survives an error page of a proxy", async () => {
    const { api } = answering("<h1>", { status: 502, statusText: "Bad Gateway" }, "text/html");
    await expect(api.release(signal)).rejects.toMatchObject({
      problem: { title: "Bad Gateway", status: 502 },
    });
  });

  it("says when nobody answers", async () => {
    const api = createApi(root, german, () => Promise.reject(new TypeError("fetch failed")));
    await expect(api.release(signal)).rejects.toMatchObject({
      problem: { status: 0, detail: "fetch failed" },
    });
  });
});

describe("where the viewer is", () => {
  it.each([
    ["http://h/", "http://h/", false],
    ["http://h/embed?x=1", "http://h/", true],
    ["http://h/atlas/embed", "http://h/atlas/", true],
    ["http://h/atlas/?indicator=embed", "http://h/atlas/", false],
  ])("%s", (href, folder, embedded) => {
    const url = new URL(href);
    expect(serviceRoot(url).href).toBe(folder);
    expect(isEmbedded(url)).toBe(embedded);
  });
});
