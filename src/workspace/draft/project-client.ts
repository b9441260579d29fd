import type { Project } from "../../project/project.ts";
import type { PrismaClientConstruction, Usage } from "../../project/usage.ts";
import { type CodeTree, manner } from "./code-tree.ts";
import { leadsTo, treeOf } from "./imports.ts";

type Made = Extract<Usage, PrismaClientConstruction>;

/** The Prisma client that an application exports, and code that imports it, for the manner of imports. */
export interface ApplicationClient {
  readonly path: string;
  /** As importing code calls it. */
  readonly name: string;
  readonly isDefault: boolean;
  /** The generated client's module, as the client's file imports it. */
  readonly module: string;
  readonly sample: CodeTree;
}

/** The one that modules import; of several, the one that is guarded, and nearest to the root. */
export function clientOf(project: Project): ApplicationClient | undefined {
  const worth = ({ guarded }: Made) => (guarded ? 1 : 0);
  const [made] = (project.usages.get("prisma-client") ?? [])
    .filter(isExported)
    .sort((a, b) => worth(b) - worth(a) || a.path.length - b.path.length);
  if (!made) return undefined;
  const isDefault = made.exportedAs === "default";
  const name = isDefault ? (made.variable ?? calledBy(project, made.path)) : made.exportedAs!;
  return {
    path: made.path,
    name,
    isDefault,
    module: made.module,
    sample: sampleOf(project, name, made.path),
  };
}

const isExported = (usage: Usage): usage is Made =>
  usage.kind === "prisma-client" &&
  usage.role === "runtime" &&
  usage.exportedAs !== undefined &&
  // A function that returns the client is not the client.
  (usage.exportedAs === "default" || usage.exportedAs === usage.variable) &&
  /\.(m?[jt]s|tsx)$/.test(usage.path);

/** What code calls a default export that has no name of its own. */
function calledBy(project: Project, path: string): string {
  for (const { path: from, imports } of callingTrees(project))
    for (const { specifier, default: name } of imports)
      if (name !== undefined && leadsTo(specifier, from, path)) return name;
  return "prisma";
}

function callingTrees(project: Project): CodeTree[] {
  const calls = (project.usages.get("prisma-call") ?? []).filter(({ role }) => role === "runtime");
  return [...new Set(calls.map((each) => each.path))].map((each) => treeOf(project, each));
}

/** A file that asks the client, by an alias where any does. */
function sampleOf(project: Project, name: string, path: string): CodeTree {
  const importOf = ({ imports }: CodeTree) =>
    imports.find((each) => each.default === name || each.names.some(({ local }) => local === name));
  const importing = callingTrees(project).filter((tree) => importOf(tree));
  const aliased = importing.find((tree) => !importOf(tree)!.specifier.startsWith("."));
  return aliased ?? importing[0] ?? treeOf(project, path);
}

/** Quotes, semicolons, indentation and line ends as the file of a client has them. */
export function styleOf(project: Project, { path, sample }: ApplicationClient): (text: string) => string {
  const own = treeOf(project, path);
  const { quote, end } = manner(sample.imports.length ? sample : own);
  const tabs = /^\t/m.test(own.text + sample.text);
  return (text) => {
    let styled = text;
    if (quote === "'") styled = styled.replaceAll('"', "'");
    if (end === "") styled = styled.replace(/;$/gm, "");
    if (tabs) styled = styled.replace(/^( {2})+/gm, (indent) => "\t".repeat(indent.length / 2));
    return own.text.includes("\r\n") ? styled.replaceAll("\n", "\r\n") : styled;
  };
}
