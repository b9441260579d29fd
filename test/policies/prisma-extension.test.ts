import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { everythingOpen, generatePolicies } from "../../src/policies/generate.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { STRICT } from "../workspace/strict-options.ts";

const FOLDER = import.meta.dirname;
const CLIENT = "node_modules/.prisma-client";

/** The declarations of a client that Prisma generated: see prisma-clients/store.ts. */
function storedClient(version: number): Record<string, string> {
  const text = readFileSync(join(FOLDER, "prisma-clients", `prisma-${version}.txt`), "utf8");
  const files = text.split(/^\/\/ file: (.+)$/m).slice(1);
  return Object.fromEntries(
    files.flatMap((each, i) => (i % 2 ? [] : [[`${CLIENT}/${each}`, files[i + 1]!]])),
  );
}

const SCHEMA = `datasource db {
  provider = "postgresql"
}
model Organization {
  id String @id
  tasks Task[]
}
model Task {
  id String @id
  title String
  organizationId String
  organization Organization @relation(fields: [organizationId], references: [id])
}
`;
const made = (how: string, options: string) =>
  `import { PrismaClient } from "@prisma/client";\n${how} new PrismaClient(${options});\n`;

/** Asks as typed code does: what the model lacks is refused. */
const USE = `import { forCaller, transactionFor } from "./caller";
const caller = { userId: "1", tenantId: "2" };
export const titles: Promise<string[]> = forCaller(caller)
  .task.findMany({ where: { title: "a" } })
  .then((rows) => rows.map(({ title }) => title));
export const created: Promise<string> = transactionFor({ userId: "1" }, async (transaction) => {
  const { title } = await transaction.task.create({ data: { id: "1", title: "a" } });
  return title;
});
// @ts-expect-error There is no such column.
export const wrong = () => forCaller(caller).task.findMany({ where: { named: "a" } });
// @ts-expect-error There is no such model.
export const none = () => transactionFor(caller, (transaction) => transaction.tusk.count());
// @ts-expect-error Somebody must ask.
export const nobody = () => forCaller({ tenantId: "2" });
`;

async function extensionFor(client: string): Promise<string> {
  const [project] = await buildProjectFromTexts([
    { path: "prisma/schema.prisma", text: SCHEMA },
    { path: "db.ts", text: client },
  ]);
  return generatePolicies(project!, everythingOpen(project!)).files.find(({ path }) => path === "caller.ts")!
    .text;
}

/** Libraries are parsed once for all. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function complaints(files: Readonly<Record<string, string>>): string[] {
  const options: ts.CompilerOptions = {
    ...STRICT,
    lib: ["lib.es2022.d.ts"],
    types: [],
    allowImportingTsExtensions: true,
    paths: {
      "@prisma/client": [join(FOLDER, CLIENT, "client")],
      "@prisma/client/runtime/client": [join(FOLDER, CLIENT, "runtime")],
    },
  };
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(FOLDER, name), text]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile, directoryExists } = host;
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.directoryExists = (path) => path.startsWith(join(FOLDER, CLIENT)) || directoryExists!(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, language, true);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, language, ...rest));
    return parsed.get(path);
  };
  const program = ts.createProgram(
    [...texts.keys()].filter((path) => !path.includes(CLIENT)),
    options,
    host,
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.slice(FOLDER.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
}

describe("the module by which a Prisma client says who asks, to the compiler", function () {
  this.timeout(60_000);

  for (const [version, options] of [
    [6, ""],
    [7, "{ adapter: null as never }"],
  ] as const)
    it(`is typed by the client that Prisma ${version} generates, exported by name or by default`, async () => {
      const clients = { named: made("export const db =", options), plain: made("export default", options) };
      for (const client of Object.values(clients))
        assert.deepEqual(
          complaints({
            ...storedClient(version),
            "db.ts": client,
            "caller.ts": await extensionFor(client),
            "use.ts": USE,
          }),
          [],
        );
    });
});
