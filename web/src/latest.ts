/** A request of which only the newest counts: older ones are aborted, late answers dropped. */
import { ApiError, type Problem, unreachable } from "./api";

export type Loadable<T> =
  | { readonly phase: "idle" }
  | { readonly phase: "loading"; readonly key: string; readonly previous: T | null }
  | { readonly phase: "ready"; readonly key: string; readonly data: T }
  | { readonly phase: "failed"; readonly key: string; readonly problem: Problem };

/** What may be shown: the answer, or the one before it while the next is on its way. */
export function shownOf<T>(loadable: Loadable<T>): T | null {
  if (loadable.phase === "ready") return loadable.data;
  return loadable.phase === "loading" ? loadable.previous : null;
}

function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return {
    title: "unexpected",
    status: unreachable,
    detail: error instanceof Error ? error.message : String(error),
    reason: null,
  };
}

export class Latest<T> {
  current: Loadable<T> = { phase: "idle" };
  #abort: AbortController | null = null;

  constructor(private readonly changed: () => void) {}

  /** Loads what `key` names, unless it is there or on its way; `again` loads it in any case. */
  async load(key: string, request: (signal: AbortSignal) => Promise<T>, again = false): Promise<void> {
    const { current } = this;
    if (!again && current.phase !== "idle" && current.key === key) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.current = { phase: "loading", key, previous: shownOf(current) };
    this.changed();
    let next: Loadable<T>;
    try {
      next = { phase: "ready", key, data: await request(abort.signal) };
    } catch (error) {
      next = { phase: "failed", key, problem: problemOf(error) };
    }
    if (this.#abort !== abort) return;
    this.current = next;
    this.changed();
  }

  /** Forgets the answer and gives up the request. */
  clear(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.current = { phase: "idle" };
  }
}
