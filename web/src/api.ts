/** The typed client. Every request takes an AbortSignal; every failure is an `ApiError`. */
import type {
  Area,
  Catalogue,
  GlobalMoran,
  IndicatorDetail,
  LocalMoran,
  Release,
  Series,
  TileJson,
  Values,
} from "./types";

/** `application/problem+json` (RFC 9457), or its nearest likeness when no answer came at all. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string | null;
  /** The short fact behind a statistic that cannot be computed: "no variance". */
  readonly reason: string | null;
}

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
  }
}

/** Status of a problem that arose on this side: no network, or an answer that is no JSON. */
export const unreachable = 0;

export interface Shown {
  readonly indicator: string;
  readonly period: string;
  readonly level: string;
  readonly within: string;
}

export interface Api {
  release(signal: AbortSignal): Promise<Release>;
  catalogue(signal: AbortSignal): Promise<Catalogue>;
  detail(indicator: string, signal: AbortSignal): Promise<IndicatorDetail>;
  values(shown: Shown, signal: AbortSignal): Promise<Values>;
  series(indicator: string, areas: readonly string[], signal: AbortSignal): Promise<Series>;
  localMoran(shown: Shown, signal: AbortSignal): Promise<LocalMoran>;
  moran(shown: Shown, signal: AbortSignal): Promise<GlobalMoran>;
  /** `address` as the release names it, absolute or below the service's root. */
  tileset(address: string, signal: AbortSignal): Promise<TileJson>;
  areas(level: string, within: string, signal: AbortSignal): Promise<readonly Area[]>;
}

const permutations = "9999";
/** Above the number of municipalities in Germany; the server caps it. */
const everyArea = "20000";

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    title: response.statusText || "HTTP error",
    status: response.status,
    detail: null,
    reason: null,
  };
  if (!response.headers.get("content-type")?.includes("json")) return fallback;
  try {
    const body = (await response.json()) as Partial<Problem>;
    return {
      title: body.title ?? fallback.title,
      status: response.status,
      detail: typeof body.detail === "string" ? body.detail : null,
      reason: typeof body.reason === "string" ? body.reason : null,
    };
  } catch {
    return fallback;
  }
}

export function createApi(root: URL, fetcher: typeof fetch = (...request) => fetch(...request)): Api {
  async function get<T>(path: string, query: Record<string, string>, signal: AbortSignal): Promise<T> {
    const url = new URL(path, root);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    try {
      const response = await fetcher(url, { signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new ApiError(await problemOf(response));
      return (await response.json()) as T;
    } catch (cause) {
      if (cause instanceof ApiError || signal.aborted) throw cause;
      const detail = cause instanceof Error ? cause.message : null;
      throw new ApiError({ title: "unreachable", status: unreachable, detail, reason: null });
    }
  }
  const indicatorPath = (id: string): string => `api/indicators/${encodeURIComponent(id)}`;
  const analysis = <T>(statistic: string, shown: Shown, signal: AbortSignal): Promise<T> =>
    get(`api/analysis/${statistic}`, { ...shown, permutations }, signal);
  return {
    release: (signal) => get("api/release", {}, signal),
    catalogue: (signal) => get("api/indicators", {}, signal),
    detail: (indicator, signal) => get(indicatorPath(indicator), {}, signal),
    values: ({ indicator, level, period, within }, signal) =>
      get(`${indicatorPath(indicator)}/values`, { level, period, within }, signal),
    series: (indicator, areas, signal) =>
      get(`${indicatorPath(indicator)}/series`, { area: areas.join(",") }, signal),
    localMoran: (shown, signal) => analysis("local-moran", shown, signal),
    moran: (shown, signal) => analysis("moran", shown, signal),
    tileset: (address, signal) => get(address, {}, signal),
    areas: async (level, within, signal) =>
      (await get<{ areas: Area[] }>("api/areas", { level, within, limit: everyArea }, signal)).areas,
  };
}

/** The folder the viewer is served from: "/" for "/" and "/embed", "/atlas/" for "/atlas/embed". */
export function serviceRoot(location: { readonly href: string }): URL {
  return new URL("./", location.href);
}

export function isEmbedded(location: { readonly pathname: string }): boolean {
  return /\/embed\/?$/.test(location.pathname);
}
