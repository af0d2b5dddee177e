import { expect, test } from "vitest";

import { type Disc, Room } from "./room";

const room = (...discs: Disc[]): Room => new Room(() => discs, () => ({ width: 400, height: 300 }));
const at = (x: number, y: number): Disc => ({ x, y, size: 10 });
const NAME = { width: 80, height: 12 };

test("a name stands right of its node, on the same level", () => {
  expect(room(at(100, 100)).place({ ...at(100, 100), ...NAME })).toEqual({ x: 114, y: 104 });
});

test("a name goes to the other side where it would cover a node or leave the picture", () => {
  const covered = room(at(100, 100), at(150, 100)).place({ ...at(100, 100), ...NAME });
  const outside = room(at(350, 100)).place({ ...at(350, 100), ...NAME });

  expect(covered.x).toBe(100 - 14 - 80);
  expect(outside.x).toBe(350 - 14 - 80);
});

test("a name goes to the other side of what lies upon the picture, also one that lies above all names", () => {
  const buttons = { left: 360, top: 200, right: 400, bottom: 300 };
  const below = (): Room => new Room(() => [at(300, 250)], () => ({ width: 400, height: 300 }), () => [buttons]);

  expect(below().place({ ...at(300, 250), ...NAME }).x).toBe(300 - 14 - 80);
  expect(below().place({ ...at(300, 250), ...NAME }, true).x).toBe(300 - 14 - 80);
});

test("between two nodes a name goes below, and the next one above", () => {
  const full = room(at(50, 100), at(150, 100), at(250, 100), at(150, 120));

  expect(full.place({ ...at(150, 100), ...NAME }).y).toBeLessThan(100);
});

test("names do not cover each other, until the next picture", () => {
  const free = room(at(100, 100), at(100, 104));
  const first = free.place({ ...at(100, 100), ...NAME });

  const second = free.place({ ...at(100, 104), ...NAME });
  free.clear();

  expect(second.x).not.toBe(first.x);
  expect(free.place({ ...at(100, 104), ...NAME }).x).toBe(114);
});

test("where there is no room at all a name is written nevertheless", () => {
  const narrow = new Room(() => [], () => ({ width: 20, height: 20 }));

  expect(narrow.place({ ...at(10, 10), ...NAME })).toEqual({ x: 24, y: 14 });
});
