/** The typed client. Every request takes an AbortSignal; every failure is an `ApiError`. */
import type {
  Area,
  Catalogue,
  GlobalAnalysis,
  IndicatorDetail,
  LocalAnalysis,
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
  /** Last part of the type: "nothing-published". */
  readonly kind?: string | null;
  /** The parameter that is impossible, where one is. */
  readonly parameter?: string | null;
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
  /** `null`: the newest boundaries. */
  readonly vintage: string | null;
}

export interface Api {
  release(signal: AbortSignal): Promise<Release>;
  catalogue(signal: AbortSignal): Promise<Catalogue>;
  detail(indicator: string, signal: AbortSignal): Promise<IndicatorDetail>;
  values(shown: Shown, signal: AbortSignal): Promise<Values>;
  series(
    indicator: string,
    areas: readonly string[],
    /** `null`: the keys are those of official areas, whatever their level is. */
    level: string | null,
    vintage: string | null,
    signal: AbortSignal,
  ): Promise<Series>;
  localMoran(shown: Shown, signal: AbortSignal): Promise<LocalAnalysis>;
  moran(shown: Shown, signal: AbortSignal): Promise<GlobalAnalysis>;
  /** `address` as the release names it, absolute or below the service's root. */
  tileset(address: string, signal: AbortSignal): Promise<TileJson>;
  areas(level: string, within: string, vintage: string | null, signal: AbortSignal): Promise<readonly Area[]>;
}

const permutations = "9999";
/** Above the number of municipalities in Germany; the server caps it. */
const everyArea = "20000";

/** The answer takes long and is being made: the same address gives it later. */
const accepted = 202;

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, 1000 * seconds);
    signal.addEventListener("abort", leave, { once: true });
  });
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    title: response.statusText || "HTTP error",
    status: response.status,
    detail: null,
    reason: null,
    parameter: null,
  };
  if (!response.headers.get("content-type")?.includes("json")) return fallback;
  try {
    const body = (await response.json()) as Partial<Problem> & { readonly type?: unknown };
    return {
      title: body.title ?? fallback.title,
      status: response.status,
      detail: typeof body.detail === "string" ? body.detail : null,
      reason: typeof body.reason === "string" ? body.reason : null,
      kind: typeof body.type === "string" ? (body.type.split(":").at(-1) ?? null) : null,
      parameter: typeof body.parameter === "string" ? body.parameter : null,
    };
  } catch {
    return fallback;
  }
}

/** `language` is asked before every request: refusals come in it. */
export function createApi(
  root: URL,
  language: () => string,
  fetcher: typeof fetch = (...request) => fetch(...request),
): Api {
  /** What is `null` is not asked for. */
  async function get<T>(path: string, query: Record<string, string | null>, signal: AbortSignal): Promise<T> {
    const url = new URL(path, root);
    for (const [name, value] of Object.entries(query)) {
      if (value !== null) url.searchParams.set(name, value);
    }
    const headers = { Accept: "application/json", "Accept-Language": language() };
    try {
      let response = await fetcher(url, { signal, headers });
      while (response.status === accepted) {
        await pause(Number(response.headers.get("retry-after") ?? 1), signal);
        response = await fetcher(url, { signal, headers });
      }
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
    get(`api/analysis/${statistic}`, { ...shown, within: shown.within || null, permutations }, signal);
  return {
    release: (signal) => get("api/release", {}, signal),
    catalogue: (signal) => get("api/indicators", {}, signal),
    detail: (indicator, signal) => get(indicatorPath(indicator), {}, signal),
    values: ({ indicator, level, period, within, vintage }, signal) =>
      get(`${indicatorPath(indicator)}/values`, { level, period, within: within || null, vintage }, signal),
    series: (indicator, areas, level, vintage, signal) =>
      get(`${indicatorPath(indicator)}/series`, { area: areas.join(","), level, vintage }, signal),
    localMoran: (shown, signal) => analysis("local-moran", shown, signal),
    moran: (shown, signal) => analysis("moran", shown, signal),
    tileset: (address, signal) => get(address, {}, signal),
    areas: async (level, within, vintage, signal) =>
      (
        await get<{ areas: Area[] }>(
          "api/areas",
          { level, within: within || null, vintage, limit: everyArea },
          signal,
        )
      ).areas,
  };
}

/** The folder the viewer is served from: "/" for "/" and "/embed", "/atlas/" for "/atlas/embed". */
export function serviceRoot(location: { readonly href: string }): URL {
  return new URL("./", location.href);
}

export function isEmbedded(location: { readonly pathname: string }): boolean {
  return /\/embed\/?$/.test(location.pathname);
}
