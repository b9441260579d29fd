import assert from "node:assert/strict";
import { orderHistory, type Unordered } from "../../src/project/build-order.ts";

const file = (kind: Unordered["kind"]) => (name: string) => ({
  kind,
  name,
  folder: kind,
  path: kind === "prisma" ? `${kind}/${name}/migration.sql` : `${kind}/${name}`,
});
const [prisma, supabase, other, adhoc] = (["prisma", "supabase", "other", "adhoc"] as const).map(file);
const order = (files: Unordered[], listed?: string[]) => orderHistory(files, listed).map((each) => each.name);

describe("the order of history", () => {
  it("merges Prisma's and Supabase's migrations by time, Prisma first in one second", () =>
    assert.deepEqual(
      order([
        supabase!("20240102000000_b.sql"),
        supabase!("20240101000000_a.sql"),
        prisma!("20240101000000_x"),
        prisma!("20240103000000_y"),
      ]),
      ["20240101000000_x", "20240101000000_a.sql", "20240102000000_b.sql", "20240103000000_y"],
    ));

  it("compares names as text where Prisma and Supabase do, and numbers where others do", () => {
    assert.deepEqual(order([supabase!("0002_b.sql"), supabase!("00010_a.sql")]), [
      "00010_a.sql",
      "0002_b.sql",
    ]);
    assert.deepEqual(order([other!("10_b.sql"), other!("9_a.sql")]), ["9_a.sql", "10_b.sql"]);
    assert.deepEqual(order([other!("V1.10__b.sql"), other!("V1.9__a.sql"), other!("V1__0.sql")]), [
      "V1__0.sql",
      "V1.9__a.sql",
      "V1.10__b.sql",
    ]);
  });

  it("keeps a migration without a time with the one before it", () =>
    assert.deepEqual(
      order([prisma!("0_init"), prisma!("20240105000000_y"), supabase!("20240101000000_a.sql")]),
      ["0_init", "20240101000000_a.sql", "20240105000000_y"],
    ));

  it("puts a folder without times before or after the others as a whole, Prisma's tables first", () => {
    assert.deepEqual(order([supabase!("001_a.sql"), prisma!("20240101000000_x")]), [
      "20240101000000_x",
      "001_a.sql",
    ]);
    assert.deepEqual(order([supabase!("20240101000000_a.sql"), prisma!("0001_x")]), [
      "0001_x",
      "20240101000000_a.sql",
    ]);
  });

  it("ends with files outside, by name or as the configuration lists them", () => {
    const files = [adhoc!("b.sql"), adhoc!("c.sql"), adhoc!("a.sql"), supabase!("001.sql")];
    assert.deepEqual(order(files), ["001.sql", "a.sql", "b.sql", "c.sql"]);
    assert.deepEqual(order(files, ["adhoc/c.sql", "adhoc/a.sql"]), ["001.sql", "c.sql", "a.sql", "b.sql"]);
  });

  it("puts files outside that make the ground before everything else", () => {
    const file = (path: string, kind: Unordered["kind"], ground?: number): Unordered => ({
      path,
      kind,
      folder: "",
      name: path,
      ...(ground === undefined ? {} : { ground }),
    });
    const files = [
      file("1_a.sql", "supabase"),
      file("a.sql", "adhoc"),
      file("b.sql", "adhoc", 1),
      file("c.sql", "adhoc", 0),
    ];
    assert.deepEqual(
      orderHistory(files).map(({ path }) => path),
      ["c.sql", "b.sql", "1_a.sql", "a.sql"],
    );
  });
});
