import { describe, expect, it } from "vitest";
import {
  axisOf,
  type Frame,
  labelledIndexes,
  niceTicks,
  pathOf,
  roomFor,
  runs,
  scaleOf,
  type TimeLine,
  tickDecimals,
} from "../src/chart";

const frame: Frame = { width: 100, height: 60, left: 10, right: 10, top: 5, bottom: 15 };

const on = (positions: readonly number[], ...bases: readonly number[]): TimeLine => ({ positions, bases });

describe("ticks", () => {
  it.each([
    [[0, 20, 40], 0],
    [[13.5, 14, 14.5], 1],
    [[13.5, 13.75, 14], 2],
    [[0, 0.001, 0.002], 3],
  ])("%j are written exactly with %d decimals", (ticks, decimals) => {
    expect(tickDecimals(ticks)).toBe(decimals);
  });
});

describe("room beside the axis", () => {
  it("is enough for numbers of any length", () => {
    expect(roomFor(["0", "0,5"])).toBe(44);
    expect(roomFor(["6.390.000"])).toBeGreaterThan(roomFor(["242.000"]));
    expect(roomFor(["242.000"])).toBeGreaterThan(44);
  });
});

describe("lines", () => {
  it("end at a gap and never bridge it", () => {
    const line = [1, 2, null, 3, null, 4, 5];
    const years = [2010, 2011, 2012, 2013, 2014, 2015, 2016];
    expect(runs(line, on(years))).toEqual([[0, 1], [3], [5, 6]]);
    const scale = scaleOf([line], on(years), frame);
    expect(scale && pathOf(line, scale).match(/M/g)).toHaveLength(2);
  });

  it("end at a new base, where no value is missing", () => {
    const line = [4, 5, 6, 7, 8];
    const time = on([2009, 2010, 2011, 2012, 2013], 2, 4);
    expect(runs(line, time)).toEqual([[0, 1], [2, 3], [4]]);
    const scale = scaleOf([line], time, frame);
    expect(scale && pathOf(line, scale).match(/M/g)).toHaveLength(2);
  });

  it("end where the series leaves out years, and keep the distance in time", () => {
    const years = [2014, 2015, 2018, 2019];
    expect(runs([1, 2, 3, 4], on(years))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    const scale = scaleOf([[1, 2, 3, 4]], on(years), frame);
    expect([0, 1, 2, 3].map((index) => scale?.x(index))).toEqual([10, 26, 74, 90]);
  });

  it("never take a missing value for zero", () => {
    const scale = scaleOf([[8, null, 9]], on([2020, 2021, 2022]), frame);
    expect(scale?.ticks[0]).toBeGreaterThan(0);
  });

  it("need a value", () => {
    expect(scaleOf([[null, null]], on([2021, 2022]), frame)).toBeNull();
  });

  it("stay inside their frame", () => {
    const scale = scaleOf([[3, 17]], on([2021, 2022]), frame);
    expect(scale?.x(0)).toBe(10);
    expect(scale?.x(1)).toBe(90);
    for (const value of [3, 17]) {
      expect(scale?.y(value)).toBeGreaterThanOrEqual(5);
      expect(scale?.y(value)).toBeLessThanOrEqual(45);
    }
  });
});

describe("the axis", () => {
  it.each([
    [[6, 6, 5, 6, 6], true, [0, 6]],
    [[0, 0], true, [0, 0]],
    [[-3, -2], true, [-3, 0]],
    [[24, 24.5], false, [24, 24.5]],
    [[3, 6], false, [0, 6]],
    [[3.1, 6], false, [3.1, 6]],
    [[-2, 5], false, [-2, 5]],
    [[-6, -5], false, [-6, -5]],
    [[-6, -1], false, [-6, 0]],
    [[0, 4], false, [0, 4]],
  ])("of %j (counts: %s) shows %j", (values, counted, shown) => {
    expect(axisOf(values, counted)).toEqual(shown);
  });

  it("tells whether it shows zero", () => {
    const scale = (line: readonly number[], counted: boolean) =>
      scaleOf([line], on([2020, 2021]), frame, counted);
    expect(scale([24, 24.5], false)?.hasZero).toBe(false);
    expect(scale([24, 24.5], true)?.hasZero).toBe(true);
    expect(scale([-1, 2], false)?.hasZero).toBe(true);
  });
});

describe("ticks of counts", () => {
  it.each([
    [6, [0, 2, 4, 6]],
    [1, [0, 1]],
    [0, [0, 1]],
    [9, [0, 5, 10]],
    [95, [0, 25, 50, 75, 100]],
  ])("up to %d are whole: %j", (high, ticks) => {
    expect(niceTicks(0, high, { whole: true })).toEqual(ticks);
  });
});

describe("ticks", () => {
  it.each([
    [0, 10],
    [3.1, 3.4],
    [-4, 7],
    [5, 5],
    [0, 0],
    [120_000, 5_471_740],
  ])("from %d to %d enclose the values with few round steps", (low, high) => {
    const ticks = niceTicks(low, high);
    expect(ticks[0]).toBeLessThanOrEqual(low);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(high);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(7);
  });

  it("label the last period and leave room", () => {
    expect(labelledIndexes([0, 40, 80, 120, 160], 60)).toEqual([0, 2, 4]);
    expect(labelledIndexes([0, 10, 160], 38)).toEqual([1, 2]);
    expect(labelledIndexes([5], 38)).toEqual([0]);
  });
});
