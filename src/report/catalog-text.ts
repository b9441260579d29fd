import pc from "picocolors";
import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import { argumentTypes, isInvoker, type OwnObjects, ownObjects } from "./catalog-json.ts";
import { count, printable } from "./printable.ts";
import type { Ink, TextOptions } from "./text.ts";
import { widthOf } from "./width.ts";

/** What the sources make of each database, for people. Ends in a line end. */
export function renderCatalogText(projects: readonly Project[], { colour, width }: TextOptions): string {
  const ink = pc.createColors(colour);
  const parts = projects.map((project) => {
    const title = projects.length > 1 ? [ink.bold(ink.underline(printable(project.folder || "."))), ""] : [];
    return [...title, ...renderProject(project, ink, width)].join("\n");
  });
  return `${parts.join("\n\n")}\n`;
}

function renderProject({ catalog, platform, tablesFrom }: Project, ink: Ink, width: number): string[] {
  const own = ownObjects(catalog);
  const sections = [
    section("Tables", tableLines(own, ink, width), ink),
    section(
      "Views",
      own.views.map((view) => viewLine(view, ink)),
      ink,
    ),
    section(
      "Functions",
      own.functions.map((func) => functionLine(func, ink)),
      ink,
    ),
    section(
      "Buckets",
      own.buckets.map(
        ({ id, public: open }) =>
          `${printable(id)}  ${ink.dim(open === undefined ? "access unknown" : open ? "public" : "private")}`,
      ),
      ink,
    ),
    section(
      "Publications",
      own.publications.map((each) => publicationLine(each, ink)),
      ink,
    ),
  ];
  const from = tablesFrom === "nothing" ? "no tables" : `tables from ${tablesFrom}`;
  const unresolved = catalog.unresolved.length
    ? [
        `${count(catalog.unresolved.length, "statement")} built at run time could not be read; \`--format json\` lists them.`,
      ]
    : [];
  return [
    ink.dim(`${platform.name}, ${from}`),
    "",
    ...sections.flat(),
    `${count(own.tables.length, "table")}, ${count(own.policies.length, "policy").replace(/policys$/, "policies")}.`,
    ...unresolved,
  ];
}

const section = (title: string, lines: readonly string[], ink: Ink): string[] =>
  lines.length ? [ink.bold(title), ...lines.map((line) => `  ${line}`), ""] : [];

/** Tables in columns, each with its policies below it; those of the platform's tables come last. */
function tableLines({ tables, policies }: OwnObjects, ink: Ink, width: number): string[] {
  const byTable = new Map<string, Policy[]>();
  for (const policy of policies) {
    const key = qualify(policy.schema, policy.table);
    byTable.set(key, [...(byTable.get(key) ?? []), policy]);
  }
  const own = tables.map((table) => ({
    key: qualify(table.schema, table.name),
    note: switchNote(table, ink),
  }));
  const known = new Set(own.map(({ key }) => key));
  const foreign = [...byTable.keys()]
    .filter((key) => !known.has(key))
    .map((key) => ({ key, note: ink.dim("the platform's") }));
  const rows = [...own, ...foreign];
  const widest = Math.min(
    Math.max(0, ...rows.map(({ key }) => widthOf(printable(key)))),
    Math.floor(width / 2),
  );
  return rows.flatMap(({ key, note }) => {
    const name = printable(key);
    const gap = " ".repeat(Math.max(1, widest - widthOf(name)));
    return [
      `${name}${gap} ${note}`,
      ...(byTable.get(key) ?? []).map((policy) => `  ${policyLine(policy, ink)}`),
    ];
  });
}

function switchNote(table: Table, ink: Ink): string {
  const words = [
    table.rowSecurity
      ? ink.green(table.forced ? "row security forced" : "row security on")
      : ink.red("row security off"),
    table.uncertain && ink.yellow("perhaps changed at run time"),
    table.kind !== "ordinary" && table.kind,
    table.implicit && ink.dim("made by Prisma"),
  ];
  return words.filter(Boolean).join(", ");
}

function policyLine({ name, command, roles, permissive, refused }: Policy, ink: Ink): string {
  const kind = permissive ? "" : "restrictive ";
  const words = `${kind}${command} to ${roles.map(printable).join(", ")}`;
  return `${printable(name)}  ${ink.dim(words)}${refused ? ink.red(`  refused: ${printable(refused.message)}`) : ""}`;
}

function viewLine(view: OwnObjects["views"][number], ink: Ink): string {
  const kind = view.materialized
    ? "materialized"
    : isInvoker(view)
      ? "security invoker"
      : "runs as its owner";
  return `${printable(qualify(view.schema, view.name))}  ${ink.dim(kind)}`;
}

function functionLine(func: OwnObjects["functions"][number], ink: Ink): string {
  const name = `${qualify(func.schema, func.name)}(${argumentTypes(func).join(", ")})`;
  const words = [func.language, func.volatility, func.securityDefiner && "security definer"].filter(Boolean);
  return `${printable(name)}  ${ink.dim(words.join(", "))}`;
}

function publicationLine(publication: OwnObjects["publications"][number], ink: Ink): string {
  const what = publication.allTables
    ? "all tables"
    : [...publication.tables.keys(), ...publication.schemas].join(", ");
  return `${printable(publication.name)}  ${ink.dim(printable(what || "no table"))}`;
}
