import { dependencyOf } from "../../project/dependencies.ts";
import type { Project } from "../../project/project.ts";
import { type ClientSide, type SupabaseModules, supabaseModules } from "../../project/supabase-modules.ts";
import { listOf } from "../../project/words.ts";
import { typescript } from "../../source/code/typescript.ts";
import type { NewFile } from "../../text/edit.ts";
import { WorkspaceProblem } from "../workspace.ts";
import { readTree } from "./code-tree.ts";
import type { Draft } from "./draft.ts";
import { importPath, treeOf } from "./imports.ts";
import { homeOf } from "./project-home.ts";
import { type Access, browserModule, plainModule, serverModule } from "./supabase-modules.ts";
import { moveClients } from "./supabase-moves.ts";

/**
 * The modules that make an application's Supabase clients, one for browsers and one for the server, and the imports of
 * them where code makes clients of its own. What cannot be moved for sure is `todo`. Throws WorkspaceProblem where what
 * they need is not known or not there.
 */
export function draftSupabase(project: Project, folder: string): Draft {
  const wanted = supabaseModules(project, folder);
  if (wanted === undefined)
    throw new WorkspaceProblem(`No code ${folder ? `in ${folder}` : "here"} makes a Supabase client.`);
  if (typeof wanted === "string") throw new WorkspaceProblem(wanted);
  const { own, clients, access, framework } = wanted;
  const made = modulesOf(project, folder, wanted);
  const fresh = made.filter(({ path }) => project.text(path) === undefined);
  const kept = made.filter((each) => !fresh.includes(each) && own[each.side] !== each.path);
  const modules = Object.fromEntries(fresh.map(({ side, path }) => [side, path]));
  const moves = moveClients(project, clients, access, { ...modules, ...own });
  if (!fresh.length && !moves.edits.length) throw new WorkspaceProblem(nothingToDo(made));
  return {
    title: "Write the modules that make the Supabase clients",
    files: fresh.map(({ path, text }) => ({ path, text })),
    edits: moves.edits,
    todo: [
      ...kept.map(({ path }) => `${path} exists already, and is left as it is`),
      ...(framework === undefined
        ? []
        : [
            `a client for the server is made as ${framework} hands cookies on, by createServerClient of @supabase/ssr; that is yours to write`,
          ]),
      ...moves.left,
    ],
  };
}

function nothingToDo(made: readonly NewFile[]): string {
  const many = made.length > 1;
  return `${listOf(made.map(({ path }) => path))} ${many ? "are" : "is"} there already, and nothing more can be moved to ${many ? "them" : "it"} for sure.`;
}

/** The module of each side, where the project has it or where it would be written. */
function modulesOf(
  project: Project,
  folder: string,
  { sides, own, access }: SupabaseModules,
): (NewFile & { readonly side: ClientSide })[] {
  const home = `${homeOf(project, folder) || "lib/"}supabase/`;
  const version = (name: string) => dependencyOf(project, folder, name)?.version ?? "";
  return sides.map((side) => {
    const path = own[side] ?? `${home}${side === "server" ? "server" : "client"}.ts`;
    const how: Access = { ...access, database: databaseType(project, path) };
    const text =
      side === "server"
        ? serverModule(how, version("@supabase/ssr"), version("next"))
        : (side === "plain" ? plainModule : browserModule)(how);
    return { side, path, text };
  });
}

/** The type of the database that `supabase gen types` wrote, as a module imports it. */
function databaseType(project: Project, from: string): string | undefined {
  const [types] = project.generatedNames;
  const text = types && project.text(types.path);
  if (!types || !text || !exportsDatabase(types.path, text)) return undefined;
  const sample = project.code.find(({ path }) => project.text(path)?.includes('"@/'));
  const specifier = importPath(
    project,
    sample ? treeOf(project, sample.path) : readTree("", ""),
    from,
    types.path,
  );
  return `import type { Database } from "${specifier}";`;
}

function exportsDatabase(path: string, text: string): boolean {
  const t = typescript();
  return readTree(path, text).file.statements.some(
    (each) =>
      (t.isTypeAliasDeclaration(each) || t.isInterfaceDeclaration(each)) &&
      each.name.text === "Database" &&
      each.modifiers?.some(({ kind }) => kind === t.SyntaxKind.ExportKeyword) === true,
  );
}
