/** A file of the history before it is ordered. `folder` is the migrations folder, `name` what its tool sorts by. */
export interface Unordered {
  readonly path: string;
  readonly kind: "prisma" | "supabase" | "other" | "schema" | "adhoc";
  readonly folder: string;
  readonly name: string;
  /** Of files outside: which of those it is that make the tables the rest is about, and so come before all migrations. */
  readonly ground?: number;
}

/**
 * The order in which files are replayed: files outside that make the ground, migrations, then declarative schemas, then files outside, by name. Within a
 * folder the owning tool decides: Prisma and Supabase compare names as text (`00010` before `0002`), others compare
 * their numbers. Between folders times decide, where all have them. What `listed` names (paths) stands in its order,
 * at the place of its first file.
 */
export function orderHistory<T extends Unordered>(files: readonly T[], listed: readonly string[] = []): T[] {
  const migrations = mergeFolders(groupFolders(files.filter(isMigration)));
  const schemas = files.filter((file) => file.kind === "schema").sort(byPath);
  const outside = files.filter((file) => file.kind === "adhoc").sort(byPath);
  const ground = outside.filter((file) => file.ground !== undefined).sort((a, b) => a.ground! - b.ground!);
  const rest = outside.filter((file) => file.ground === undefined);
  return putListed([...ground, ...migrations, ...schemas, ...rest], listed);
}

const isMigration = ({ kind }: Unordered): boolean =>
  kind === "prisma" || kind === "supabase" || kind === "other";

/** One list per folder, each in its tool's order; those of Prisma first, whose tables the others speak of. */
function groupFolders<T extends Unordered>(files: readonly T[]): T[][] {
  const folders = new Map<string, T[]>();
  for (const file of files) {
    const list = folders.get(file.folder);
    if (list) list.push(file);
    else folders.set(file.folder, [file]);
  }
  for (const list of folders.values()) list.sort(list[0]!.kind === "other" ? byNumber : byName);
  return [...folders.values()].sort(
    (a, b) => RANK[a[0]!.kind] - RANK[b[0]!.kind] || compare(a[0]!.folder, b[0]!.folder),
  );
}

const RANK = { prisma: 0, other: 1, supabase: 2, schema: 3, adhoc: 4 } as const;

/**
 * Merges by time and keeps the order within each folder: a name without a time (`0_init`) goes with the one before it.
 * A folder without any time goes whole, before the others if it is the first, else after.
 */
function mergeFolders<T extends Unordered>(folders: readonly T[][]): T[] {
  const timed = folders.map((list) =>
    list.some((file) => timeOf(file.name) !== "") ? withTimes(list) : undefined,
  );
  const merged = timed
    .flatMap((list) => list ?? [])
    .sort((a, b) => compare(a.time, b.time))
    .map(({ file }) => file);
  const firstIsUntimed = folders.length > 0 && timed[0] === undefined;
  const untimed = folders.filter((_, i) => timed[i] === undefined);
  return firstIsUntimed
    ? [...untimed[0]!, ...merged, ...untimed.slice(1).flat()]
    : [...merged, ...untimed.flat()];
}

function withTimes<T extends Unordered>(list: readonly T[]): { readonly file: T; readonly time: string }[] {
  let time = "";
  return list.map((file) => {
    const own = timeOf(file.name);
    if (own > time) time = own;
    return { file, time };
  });
}

/** The time at the start of a name, filled to the second: `20250131`, `202501311200`, `20250131120000`; else "". */
export function timeOf(name: string): string {
  const digits = /^(?:\d{14}|\d{12}|\d{8})(?!\d)/.exec(name)?.[0] ?? "";
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])/.test(digits) ? digits.padEnd(14, "0") : "";
}

function putListed<T extends Unordered>(files: T[], listed: readonly string[]): T[] {
  const place = new Map(listed.map((path, i) => [path, i]));
  const chosen = files
    .filter((file) => place.has(file.path))
    .sort((a, b) => place.get(a.path)! - place.get(b.path)!);
  if (chosen.length < 2) return files;
  const first = files.findIndex((file) => place.has(file.path));
  const rest = files.filter((file) => !place.has(file.path));
  return [...rest.slice(0, first), ...chosen, ...rest.slice(first)];
}

const byName = (a: Unordered, b: Unordered): number => compare(a.name, b.name) || byPath(a, b);

const byPath = (a: Unordered, b: Unordered): number => compare(a.path, b.path);

/** Flyway and goose read the number; where numbers are equal or missing, the name decides. */
function byNumber(a: Unordered, b: Unordered): number {
  const [left, right] = [numbersOf(a.name), numbersOf(b.name)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! < right[i]! ? -1 : 1;
  }
  return left.length - right.length || byName(a, b);
}

/** `V1.10__x` is [1, 10]. A name without a number sorts last. */
const numbersOf = (name: string): bigint[] => {
  const digits = /^[A-Za-z]{0,2}(\d+(?:[._]\d+(?=[._]))*)/.exec(name)?.[1];
  return digits ? digits.split(/[._]/).map(BigInt) : [BigInt("9".repeat(30))];
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
