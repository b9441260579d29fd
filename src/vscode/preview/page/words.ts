import type { TableAccess } from "../../../protocol/database.ts";

/** A sentence with names of policies in it. */
export type Words = readonly (string | { readonly policy: string })[];

/** What decides over the rows of one table that somebody sees or writes, or was refused; `none` where no row was asked for. */
export function wordsFor(
  { by, policies, restrictive }: TableAccess,
  { denied = false, none = false }: { readonly denied?: boolean; readonly none?: boolean } = {},
): Words {
  if (by !== "policies" || !policies.length) return [BY[by]];
  if (none)
    return [
      "no row for ",
      ...policies.flatMap(({ policy }, i) => [i ? " or " : "", { policy }]),
      " to let in",
    ];
  const besides = restrictive.flatMap((policy, i) => [i ? ", " : "", { policy }]);
  const letting = policies.flatMap(({ policy, rows }, i) => [
    i ? ", " : "",
    { policy },
    rows === null || denied ? "" : ` (${rows})`,
  ]);
  if (denied)
    return [
      `each row must pass ${policies.length > 1 ? "one of " : ""}`,
      ...letting,
      ...(besides.length ? [", and ", ...besides] : []),
    ];
  return ["let in by ", ...letting, ...(besides.length ? [", and every row must pass ", ...besides] : [])];
}

const BY: Readonly<Record<TableAccess["by"], string>> = {
  policies: "no policy lets anything through",
  open: "row-level security is off",
  bypassed: "policies do not hold for this role",
  owner: "a view that runs as its owner",
  caller: "a view that runs as who asks",
};
