/** A folder of migrations and how the tool that owns it names them. `names` are what is there, without the folder. */
export interface MigrationFolder {
  readonly owner: "prisma" | "supabase" | "other";
  readonly folder: string;
  readonly names: readonly string[];
}

/**
 * The path of a migration that runs after every other: the time as the owning tool writes it, moved past `after`, the
 * latest of any folder that is replayed together with this one. `what` is snake_case.
 */
export function nextMigrationPath(
  target: MigrationFolder,
  what: string,
  clock: Date,
  after: readonly string[],
): string {
  const at = `${target.folder}/`;
  const name =
    target.owner === "other"
      ? likeTheOthers(target.names, clock)
      : { prefix: nextTime(clock, after), rest: "_" };
  const stem = `${name.prefix}${name.rest}${what}`;
  if (target.owner === "prisma") return `${at}${stem}/migration.sql`;
  return `${at}${stem}${target.names.at(-1)?.endsWith(UP) ? UP : ".sql"}`;
}

/** How tools that keep what takes a migration back in a file of its own end the other's name. */
const UP = ".up.sql";

/** The file that takes back what a migration does, where its tool keeps one. */
export const downPath = (path: string): string | undefined =>
  path.endsWith(UP) ? `${path.slice(0, -UP.length)}.down.sql` : undefined;

/** `20250131120000` in UTC, which Prisma and Supabase both use; a second past the latest of `names` where the clock is behind. */
export function nextTime(clock: Date, names: readonly string[]): string {
  const now = clock.toISOString().replace(/\D/g, "").slice(0, 14);
  const latest = names.map(timeOf).sort().at(-1) ?? "";
  return latest < now ? now : secondAfter(latest);
}

/** The digits that a name begins with, filled to the second: names are compared as text, whatever the digits mean. */
const timeOf = (name: string): string => (/^\d*/.exec(name)?.[0] ?? "").padEnd(14, "0").slice(0, 14);

/** People write `20250199000000` too: then the number after it, which sorts just as well. */
function secondAfter(time: string): string {
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(time)!.map(Number);
  const next = new Date(Date.UTC(year!, month! - 1, day!, hour!, minute!, second! + 1));
  const text = next.toISOString().replace(/\D/g, "").slice(0, 14);
  return text > time && text.length === 14 ? text : String(BigInt(time) + 1n).padStart(14, "0");
}

/** `0007_`, `V8__`, `009-`: the next number in the width and style of the last one; a time where the others have times. */
function likeTheOthers(
  names: readonly string[],
  clock: Date,
): { readonly prefix: string; readonly rest: string } {
  const numbered = names.flatMap((name) => {
    const [, letter, digits, rest] = /^([Vv]?)(\d+)([^A-Za-z0-9]*)/.exec(name) ?? [];
    return digits ? [{ letter: letter ?? "", digits, rest: rest || "_" }] : [];
  });
  const last = numbered.reduce(
    (a, b) => (BigInt(b.digits) >= BigInt(a.digits) ? b : a),
    numbered[0] ?? FIRST,
  );
  if (last.digits.length >= 12) return { prefix: last.letter + nextTime(clock, names), rest: last.rest };
  const number = String(BigInt(last.digits) + 1n).padStart(last.digits.length, "0");
  return { prefix: last.letter + number, rest: last.rest.replace(/\..*/, "_") };
}

const FIRST = { letter: "", digits: "0000", rest: "_" };
