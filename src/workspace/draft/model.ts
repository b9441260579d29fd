import { type ModelCall, modelNamed, unknownModelCalls } from "../../project/delegates.ts";
import { type Project, placeInModel } from "../../project/project.ts";
import { spanAt } from "../../source/prisma/place.ts";
import { readPrisma } from "../../source/prisma/read.ts";
import type { BlockSpan, PrismaModel } from "../../source/prisma/schema.ts";
import { formatPrisma, validatePrisma } from "../../source/prisma/validate.ts";
import { applyEdits, type Edit } from "../../text/edit.ts";
import type { SourceText } from "../../text/source-text.ts";
import { WorkspaceProblem } from "../workspace.ts";
import { readConventions } from "./conventions.ts";
import type { Draft } from "./draft.ts";
import { backSides, draftFields } from "./model-fields.ts";

/**
 * A model that code uses and the schema has not, drafted from how code uses it, in the manner of the other models, with
 * both sides of its relations, formatted by Prisma; and the migration that makes its table where Prisma's migrations
 * make the others. Throws WorkspaceProblem where there is no such model, or where Prisma would not accept the draft.
 */
export async function draftModel(project: Project, name: string): Promise<Draft> {
  const calls = callsOf(project, name);
  const before = schemaTexts(project);
  const after = await Promise.all(
    before.map((file) => formatted(file, editsOf(project, name, calls, file, before))),
  );
  await refuseBroken(name, before, after);
  return {
    title: `Draft the model ${name}`,
    edits: after.flatMap(({ edits }) => edits),
    files: [],
    ...(await migrationOf(project, name, before, after)),
  };
}

function callsOf(project: Project, name: string): readonly ModelCall[] {
  for (const [delegate, calls] of unknownModelCalls(project)) if (modelNamed(delegate) === name) return calls;
  throw new WorkspaceProblem(
    project.models.has(name)
      ? `The schema has a model ${name} already.`
      : `No code uses a model ${name} that the schema lacks.`,
  );
}

const schemaTexts = (project: Project): SourceText[] =>
  project.prisma.flatMap(({ path }) => {
    const text = project.text(path);
    return text === undefined ? [] : [{ path, text }];
  });

/** The new model goes to the end of the file with most models, the back sides of its relations to theirs. */
function editsOf(
  project: Project,
  name: string,
  calls: readonly ModelCall[],
  { path, text }: SourceText,
  files: readonly SourceText[],
): Edit[] {
  const conventions = readConventions(project);
  const fields = draftFields(project, calls, conventions);
  const backs = backSides(name, fields).flatMap(({ on, name: field, text: type }) => {
    const model = project.models.get(on);
    if (model?.path !== path) return [];
    const at = placeInModel(project, model, lastOf(model.model)).span.end;
    return [{ path, span: { start: at, end: at }, text: `\n  ${field} ${type}` }];
  });
  if (home(project, files) !== path) return backs;
  const table = conventions.tableOf(name);
  const blocks = [...indexesOf(calls, fields), ...(table === undefined ? [] : [`@@map("${table}")`])];
  const lines = [
    ...fields.map((field) => `  ${field.name} ${field.text}`),
    ...(blocks.length ? ["", ...blocks.map((each) => `  ${each}`)] : []),
  ];
  const gap = text.endsWith("\n") ? "\n" : "\n\n";
  const block = `${gap}model ${name} {\n${lines.join("\n")}\n}\n`;
  return [...backs, { path, span: { start: text.length, end: text.length }, text: block }];
}

/** A model's last field, before its block attributes. */
const lastOf = ({ fields, body }: PrismaModel): BlockSpan => fields.at(-1)?.span ?? body;

function home(project: Project, files: readonly SourceText[]): string | undefined {
  const count = (path: string) => [...project.models.values()].filter((each) => each.path === path).length;
  return [...files].sort((a, b) => count(b.path) - count(a.path))[0]?.path;
}

/** What lists are asked for by, with their order: `@@index([userId, createdAt])`. */
function indexesOf(calls: readonly ModelCall[], fields: readonly { name: string }[]): string[] {
  const known = new Set(fields.map(({ name }) => name));
  const wanted = new Set<string>();
  for (const call of calls) {
    if (!/^(findMany|findFirst)/.test(call.method)) continue;
    const by = call.fields.filter((each) => each.in === "where" && known.has(each.name));
    const order = call.fields.filter((each) => each.in === "orderBy" && known.has(each.name));
    const names = [...new Set([...by, ...order].map(({ name }) => name))];
    if (by.length && !names.includes("id")) wanted.add(`@@index([${names.join(", ")}])`);
  }
  return [...wanted];
}

interface Formatted extends SourceText {
  readonly edits: readonly Edit[];
}

/** Touched blocks as Prisma formats them; the rest of the file stays as it is. */
async function formatted({ path, text }: SourceText, edits: readonly Edit[]): Promise<Formatted> {
  if (!edits.length) return { path, text, edits };
  const pretty = readWhole(path, await formatPrisma(applyEdits(text, edits)));
  const old = readWhole(path, text);
  const replaced = [...pretty.blocks].flatMap(([name, block]): Edit[] => {
    const before = old.blocks.get(name);
    if (!before) {
      const gap = text.endsWith("\n") ? "\n" : "\n\n";
      return [{ path, span: { start: text.length, end: text.length }, text: `${gap}${block.text}\n` }];
    }
    const touched = edits.some(({ span }) => span.start >= before.start && span.end <= before.end);
    return touched ? [{ path, span: { start: before.start, end: before.end }, text: block.text }] : [];
  });
  return { path, text: applyEdits(text, replaced), edits: replaced };
}

const readWhole = (path: string, text: string) => {
  const { models, starts } = readPrisma({ path, text });
  const blocks = models.map(({ name, span: within }, i) => {
    const span = spanAt(starts[i]!, within);
    return [name, { ...span, text: text.slice(span.start, span.end) }] as const;
  });
  return { blocks: new Map(blocks) };
};

async function refuseBroken(name: string, before: readonly SourceText[], after: readonly SourceText[]) {
  const old = (await validatePrisma(before)).filter(({ severity }) => severity === "error").length;
  const problems = (await validatePrisma(after)).filter(({ severity }) => severity === "error");
  if (problems.length > old)
    throw new WorkspaceProblem(
      `Prisma would not accept the model ${name} as the code uses it: ${problems[0]!.message}`,
    );
}

/** SQL only where Prisma's migrations make the tables: a schema that is pushed makes the table by itself. */
async function migrationOf(
  project: Project,
  name: string,
  before: readonly SourceText[],
  after: readonly SourceText[],
): Promise<Pick<Draft, "statements">> {
  if (!project.history.some(({ kind }) => kind === "prisma" || kind === "supabase" || kind === "other"))
    return {};
  const { diffPrismaDdl } = await import("../../database/embedded/prisma-ddl.ts");
  const sql = await diffPrismaDdl(before, after);
  return { statements: { title: `Create the table of ${name}`, statements: [sql.trim()] } };
}
