import { describe, expect, it } from "vitest";
import { ApiError, createApi, isEmbedded, serviceRoot } from "../src/api";
import { values } from "./fixtures";

const root = new URL("http://atlas.test/sub/");
const { signal } = new AbortController();
const shown = { indicator: "child_pov", period: "2022", level: "gemeinde", within: "06633" };

function answering(body: unknown, init: ResponseInit = {}, type = "application/json") {
  const asked: { url: URL; signal: AbortSignal | null | undefined }[] = [];
  const fetcher: typeof fetch = async (input, request) => {
    asked.push({ url: new URL(String(input)), signal: request?.signal });
    return new Response(JSON.stringify(body), { ...init, headers: { "content-type": type } });
  };
  return { api: createApi(root, fetcher), asked };
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

  it("asks for clusters with 9999 permutations", async () => {
    const { api, asked } = answering({});
    await api.localMoran(shown, signal);
    expect(asked[0]?.url.searchParams.get("permutations")).toBe("9999");
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
    });
  });

  it("survives an error page of a proxy", async () => {
    const { api } = answering("<h1>", { status: 502, statusText: "Bad Gateway" }, "text/html");
    await expect(api.release(signal)).rejects.toMatchObject({
      problem: { title: "Bad Gateway", status: 502 },
    });
  });

  it("says when nobody answers", async () => {
    const api = createApi(root, () => Promise.reject(new TypeError("fetch failed")));
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
