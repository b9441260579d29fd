import type { Preview, PreviewResult, TableAccess } from "../../database/preview.ts";
import { count, printable } from "../../report/printable.ts";
import { wrap } from "../../report/width.ts";
import type { Page } from "./render.ts";

/** Why one identity sees rows of each table, a line for each reason. */
export function describeAccess(result: PreviewResult): string[] {
  const { access, status, seen, hidden, more } = result;
  if (status === "denied")
    return access.filter(({ by }) => by === "policies").map((each) => `${each.table}: ${demand(each)}`);
  if (status !== "ok" && status !== "unproven") return [];
  return access.flatMap((each) => {
    const sees = each.total === null ? "" : `, sees ${each.seen ?? "?"} of ${count(each.total, "row")}`;
    return [`${each.table}: ${reason(each, seen === 0 && hidden === 0, more)}${sees}`];
  });
}

/** What every row of a write that was refused must pass. */
function demand({ command, policies, restrictive }: TableAccess): string {
  if (!policies.length) return `no policy lets this role ${command}`;
  const one = `${policies.length > 1 ? "one of " : ""}${names(policies.map(({ policy }) => policy))}`;
  const all = restrictive.length ? `, and ${names(restrictive)}` : "";
  return `each row must pass ${one}${all}`;
}

/** `none`: no row was asked for that anything could let through. `part`: of those let through not all are shown. */
function reason({ by, command, policies, restrictive }: TableAccess, none: boolean, part: boolean): string {
  switch (by) {
    case "open":
      return "no row-level security";
    case "bypassed":
      return "row-level security does not hold for this role";
    case "owner":
      return `${command === "select" ? "read" : "written"} as its owner, past the caller's policies`;
    case "caller":
      return "a view that asks as who calls it";
    case "policies":
      if (!policies.length) return `no policy lets this role ${command === "select" ? "read" : command}`;
      if (none)
        return `no row for ${policies.map(({ policy }) => `"${policy}"`).join(" or ")} to let through`;
      return [
        ...policies.map(({ policy, rows }) =>
          rows === null ? `"${policy}"` : `"${policy}" lets ${rows}${part ? " of those shown" : ""}`,
        ),
        ...(restrictive.length ? [`and every row must pass ${names(restrictive)}`] : []),
      ].join(", ");
  }
}

const names = (policies: readonly string[]): string => policies.map((name) => `"${name}"`).join(", ");

/**
 * What crosses from one tenant to another, in plain words; or that nothing does, where whose rows are is known of every
 * row shown. Nothing is said where it is not.
 */
export function renderVerdict({ results, kind }: Preview, page: Page): string[] {
  if (kind !== "read") return [];
  const crossing = results.filter(({ foreign }) => foreign.length);
  if (crossing.length) return renderCrossings(crossing, page);
  const asked = results.filter(({ status, origins }) => status === "ok" && origins.length);
  const known = asked.every(({ origins, more }) => !more && origins.every((origin) => origin?.of));
  const isolated = results.every(({ status }) => status === "ok" || status === "denied");
  const tenants = new Set(results.flatMap(({ tenant }) => tenant ?? []));
  return asked.length && known && isolated && tenants.size > 1
    ? [page.ink.green("✓ Nobody here sees a row of another tenant.")]
    : [];
}

function renderCrossings(crossing: readonly PreviewResult[], { ink, width }: Page): string[] {
  const lines = crossing.map(({ identity, foreign, more }) => {
    const [first, ...others] = foreign.map(({ of, rows }, i) => `${i ? rows : count(rows, "row")} of ${of}`);
    const parts = others.length
      ? `${[first, ...others.slice(0, -1)].join(", ")} and ${others.at(-1)}`
      : first;
    return `${identity} sees ${parts}${more ? ", of those shown" : ""}`;
  });
  const open = [
    ...new Set(
      crossing.flatMap(({ access }) => access.filter(({ by }) => by === "open").map(({ table }) => table)),
    ),
  ];
  const why = open.length
    ? [`because ${open.join(" and ")} ${open.length === 1 ? "has" : "have"} no row-level security`]
    : [];
  return [
    ink.bold(ink.red("✗ Rows of one tenant are seen by others")),
    ...[...lines, ...why].flatMap((line) => wrap(printable(line), width - 4)).map((line) => `  ${line}`),
  ];
}
