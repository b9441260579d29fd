import { posix } from "node:path";
import { delegateOf } from "../../project/delegates.ts";
import type { Project } from "../../project/project.ts";
import { specifierFor } from "../../project/replace-client.ts";
import type { PrismaField, PrismaModel } from "../../source/prisma/schema.ts";
import type { KnownCaller } from "./caller.ts";
import { idOf, pluralOf } from "./conventions.ts";
import type { ModulePaths } from "./module.ts";
import { checkOf, givenFields, required, TYPES } from "./module-fields.ts";
import type { ApplicationClient } from "./project-client.ts";

/** What a module is written for. */
export interface Subject {
  readonly project: Project;
  readonly model: PrismaModel;
  readonly client: ApplicationClient;
  /** The fields that say whose a row is. */
  readonly owners: readonly string[];
  /** The major version of zod; undefined where the application has none. */
  readonly zod: number | undefined;
}

type ImportPath = (to: string) => string;

/** What is written, with two blanks, double quotes and semicolons; lines are broken where formatters break them. */
const WIDTH = 80;

/** Schemas of what comes in: never an owner, a key that is made, or a time that is set. */
export function renderSchema({ project, model, owners, zod, client }: Subject, paths: ModulePaths): string {
  const { one, One } = namesOf(model);
  const fields = givenFields(project, model, owners);
  const json = fields.some(({ type }) => type === "Json");
  const id = idOf(model);
  const typed = isTyped(client);
  const shape = fields.map(
    (field) => `  ${field.name}: ${checkOf(field, project, { zod: zod ?? 4, typed })},`,
  );
  return [
    'import { z } from "zod";',
    ...(json && typed ? [`import type { Prisma } from "${generatedModule(client, paths.schema)}";`] : []),
    "",
    ...(id
      ? [`export const ${one}Id = ${checkOf(required(id), project, { zod: zod ?? 4, typed })};`, ""]
      : []),
    `/** What may be given of a new ${one}. */`,
    `export const new${One} = z.object({`,
    ...shape,
    "});",
    "",
    `/** What may be changed of a ${one}. */`,
    `export const ${one}Changes = new${One}.partial();`,
    ...(typed
      ? [
          "",
          `export type New${One} = z.infer<typeof new${One}>;`,
          `export type ${One}Changes = z.infer<typeof ${one}Changes>;`,
        ]
      : []),
    "",
  ].join("\n");
}

/** Queries, each bound to whose the rows are. */
export function renderQueries(subject: Subject, paths: ModulePaths, at: ImportPath): string {
  const { model, client, owners, zod } = subject;
  const { one, One, Many } = namesOf(model);
  const typed = isTyped(client);
  const asks = `${client.name}.${delegateOf(model.name)}`;
  const id = idOf(model);
  const order = model.fields.find(({ name }) => /^created_?at$/i.test(name))?.name;
  const owner = owners.length ? [param("owner", `${One}Owner`, typed)] : [];
  const key = id ? [param("id", TYPES[id.type] ?? "string", typed)] : [];
  const bound = owners.length ? "...owner" : "";
  const byKey = [bound, id?.name === "id" ? "id" : `${id?.name}: id`].filter(Boolean).join(", ");
  const list = [
    ...(bound ? [`where: { ${bound} },`] : []),
    ...(order ? [`orderBy: { ${order}: "desc" },`] : []),
  ];
  const parts = [
    importsOf(subject, paths, at),
    ...(typed && owners.length
      ? [
          [
            `/** Whose ${pluralOf(one)}: every query is bound to it. */`,
            `export interface ${One}Owner {`,
            ...owners.map(
              (name) => `  readonly ${name}: ${TYPES[fieldOf(model, name)?.type ?? ""] ?? "string"};`,
            ),
            "}",
          ],
        ]
      : []),
    ...(typed && zod === undefined ? [untypedInputs(model, owners, One)] : []),
    writeFunction(`list${Many}`, owner, `${asks}.findMany(`, list),
    ...(id
      ? [writeFunction(`get${One}`, [...owner, ...key], `${asks}.findFirst(`, [`where: { ${byKey} },`])]
      : []),
    writeFunction(`create${One}`, [...owner, param("data", `New${One}`, typed)], `${asks}.create(`, [
      `data: ${bound ? "{ ...data, ...owner }" : "data"},`,
    ]),
    ...(id
      ? [
          writeFunction(
            `update${One}`,
            [...owner, ...key, param("changes", `${One}Changes`, typed)],
            `${asks}.updateMany(`,
            [`where: { ${byKey} },`, "data: changes,"],
          ),
          writeFunction(`delete${One}`, [...owner, ...key], `${asks}.deleteMany(`, [`where: { ${byKey} },`]),
        ]
      : []),
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** Server actions are open to everybody who can send a request: each asks who it is, and checks what comes in. */
export function renderActions(
  { model, client }: Subject,
  paths: ModulePaths,
  caller: KnownCaller,
  at: ImportPath,
): string {
  const { one, One } = namesOf(model);
  const typed = isTyped(client);
  const given = (name: string) => param(name, "unknown", typed);
  const id = idOf(model);
  const calls = [`create${One}`, ...(id ? [`delete${One}`, `update${One}`] : [])];
  const schemas = [`new${One}`, ...(id ? [`${one}Changes`, `${one}Id`] : [])].sort();
  const action = (name: string, params: readonly string[], lines: readonly string[]) => [
    `${signature(`export async function ${name}`, params)} {`,
    ...lines.map((line) => `  ${line}`),
    "}",
  ];
  const parts = [
    ['"use server";'],
    [...caller.imports, ...importLines(calls, at(paths.queries)), ...importLines(schemas, at(paths.schema))],
    [
      "async function currentOwner() {",
      ...caller.calls.map((line) => `  ${line}`),
      "  return {",
      ...caller.values.map(([name, value]) => `    ${name === value ? name : `${name}: ${value}`},`),
      "  };",
      "}",
    ],
    action(
      `add${One}`,
      [given("input")],
      [`const data = new${One}.parse(input);`, `return create${One}(await currentOwner(), data);`],
    ),
    ...(id
      ? [
          action(
            `change${One}`,
            [given("id"), given("input")],
            [
              `const changes = ${one}Changes.parse(input);`,
              "const owner = await currentOwner();",
              ...broken(`return update${One}(owner, ${one}Id.parse(id), changes);`, `return update${One}(`, [
                "owner",
                `${one}Id.parse(id)`,
                "changes",
              ]),
            ],
          ),
          action(
            `remove${One}`,
            [given("id")],
            ["const owner = await currentOwner();", `return delete${One}(owner, ${one}Id.parse(id));`],
          ),
        ]
      : []),
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function namesOf({ name }: PrismaModel) {
  return { one: delegateOf(name), One: name, Many: pluralOf(name) };
}

const isTyped = ({ path }: ApplicationClient): boolean => /\.m?tsx?$/.test(path);

const param = (name: string, type: string, typed: boolean): string => (typed ? `${name}: ${type}` : name);

const fieldOf = (model: PrismaModel, name: string): PrismaField | undefined =>
  model.fields.find((field) => field.name === name);

function signature(head: string, params: readonly string[]): string {
  const line = `${head}(${params.join(", ")})`;
  return line.length + 2 <= WIDTH ? line : `${head}(\n${params.map((each) => `  ${each},`).join("\n")}\n)`;
}

const broken = (line: string, head: string, args: readonly string[]): string[] =>
  line.length + 2 <= WIDTH ? [line] : [head, ...args.map((each) => `  ${each},`), ");"];

function writeFunction(
  name: string,
  params: readonly string[],
  call: string,
  entries: readonly string[],
): string[] {
  const body = entries.length
    ? [`  return ${call}{`, ...entries.map((each) => `    ${each}`), "  });"]
    : [`  return ${call});`];
  return [`${signature(`export function ${name}`, params)} {`, ...body, "}"];
}

/** One statement, broken where it is too long. */
function importLines(names: readonly string[], from: string, type = ""): string[] {
  const sorted = [...names].sort();
  const line = `import ${type}{ ${sorted.join(", ")} } from "${from}";`;
  return line.length <= WIDTH
    ? [line]
    : [`import ${type}{`, ...sorted.map((each) => `  ${each},`), `} from "${from}";`];
}

function importsOf({ model, client, zod }: Subject, paths: ModulePaths, at: ImportPath): string[] {
  const { One } = namesOf(model);
  const typed = isTyped(client);
  const own = client.isDefault
    ? [`import ${client.name} from "${at(client.path)}";`]
    : importLines([client.name], at(client.path));
  if (!typed) return own;
  if (zod !== undefined) {
    const schema = at(paths.schema);
    return [...own, ...importLines([`New${One}`, `${One}Changes`], schema, "type ")];
  }
  return [`import type { Prisma } from "${generatedModule(client, paths.queries)}";`, ...own];
}

/** The generated client's module as a new file imports it. */
const generatedModule = ({ module, path, sample }: ApplicationClient, from: string): string =>
  module.startsWith(".") ? specifierFor(sample.text, from, posix.join(posix.dirname(path), module)) : module;

/** Types of what comes in where no schema gives them: Prisma's own, less what says whose a row is. */
function untypedInputs(model: PrismaModel, owners: readonly string[], One: string): string[] {
  const left = owners.length ? `keyof ${One}Owner` : "never";
  const id = idOf(model);
  const changed = [...(owners.length ? [`keyof ${One}Owner`] : []), ...(id ? [`"${id.name}"`] : [])].join(
    " | ",
  );
  const type = (name: string, of: string, less: string) => [
    `export type ${name} = Omit<`,
    `  Prisma.${of},`,
    `  ${less || "never"}`,
    ">;",
  ];
  return [
    ...type(`New${One}`, `${One}UncheckedCreateInput`, left),
    "",
    ...type(`${One}Changes`, `${One}UncheckedUpdateManyInput`, changed),
  ];
}
