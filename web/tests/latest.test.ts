import { describe, expect, it } from "vitest";
import { ApiError } from "../src/api";
import { Latest, shownOf } from "../src/latest";
import { deferred } from "./fixtures";

/** A request that is answered by hand. */
function pending<T>() {
  let signal: AbortSignal | null = null;
  const { promise, resolve } = deferred<T>();
  const request = (given: AbortSignal): Promise<T> => {
    signal = given;
    return promise;
  };
  return { request, resolve, aborted: () => signal?.aborted };
}

describe("the latest request", () => {
  it("drops the answer of an older one, and aborts it", async () => {
    const latest = new Latest<string>(() => {});
    const [slow, fast] = [pending<string>(), pending<string>()];
    const first = latest.load("2018", slow.request);
    const second = latest.load("2022", fast.request);
    expect(slow.aborted()).toBe(true);
    fast.resolve("new");
    await second;
    slow.resolve("old");
    await first;
    expect(latest.current).toEqual({ phase: "ready", key: "2022", data: "new" });
  });

  it("keeps the answer before it on show while it waits", async () => {
    const latest = new Latest<string>(() => {});
    await latest.load("a", async () => "old");
    const next = pending<string>();
    const loading = latest.load("b", next.request);
    expect(latest.current.phase).toBe("loading");
    expect(shownOf(latest.current)).toBe("old");
    next.resolve("new");
    await loading;
    expect(shownOf(latest.current)).toBe("new");
  });

  it("asks once for the same thing, and again when told to", async () => {
    const latest = new Latest<number>(() => {});
    let asked = 0;
    const request = async (): Promise<number> => ++asked;
    await latest.load("a", request);
    await latest.load("a", request);
    expect(asked).toBe(1);
    await latest.load("a", request, true);
    expect(latest.current).toMatchObject({ data: 2 });
  });

  it("tells the problem, and shows nothing old beside it", async () => {
    const latest = new Latest<string>(() => {});
    await latest.load("a", async () => "old");
    const problem = { title: "Too few areas", status: 422, detail: null, reason: null };
    await latest.load("b", () => Promise.reject(new ApiError(problem)));
    expect(latest.current).toEqual({ phase: "failed", key: "b", problem });
    expect(shownOf(latest.current)).toBeNull();
  });

  it("forgets when cleared, also what is still on its way", async () => {
    const latest = new Latest<string>(() => {});
    const late = pending<string>();
    const loading = latest.load("a", late.request);
    latest.clear();
    late.resolve("late");
    await loading;
    expect(latest.current).toEqual({ phase: "idle" });
    expect(late.aborted()).toBe(true);
  });
});
