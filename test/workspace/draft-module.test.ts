import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { ROOT } from "../../src/build/tree.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { withFolder } from "./folder.ts";
import { STRICT } from "./strict-options.ts";

const SCHEMA = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

enum Size {
  SMALL
  LARGE
}

model User {
  id    String @id @db.Uuid
  notes Note[]
}

model Note {
  id        String   @id @default(uuid()) @db.Uuid
  userId    String   @db.Uuid
  size      Size     @default(SMALL)
  stars     Int
  tags      String[]
  extra     Json?
  createdAt DateTime @default(now())
  user      User     @relation(fields: [userId], references: [id])
}
`;
const CLIENT = `import { PrismaClient } from '@prisma/client'

export default new PrismaClient()
`;
const NOTES = `import db from './db.js'

export const all = (userId) => db.note.findMany({ where: { userId } })
`;
const manifest = (dependencies: object) => JSON.stringify({ type: "module", dependencies });
const PLAIN = {
  "prisma/schema.prisma": SCHEMA,
  "src/db.js": CLIENT,
  "src/notes.js": NOTES,
  "package.json": manifest({ "@prisma/client": "6.16.2", zod: "3.25.0" }),
};

const draft = (files: Readonly<Record<string, string>>, subject = "Note") =>
  withFolder(files, async (root) => {
    const workspace = await openWorkspace(root);
    try {
      const { fix, todo } = await workspace.draft({ verb: "draft-module", subject }, new Date());
      return { texts: new Map(fix.files.map(({ path, text }) => [path, text])), edits: fix.edits, todo };
    } finally {
      await workspace.close();
    }
  });

describe("a drafted module", () => {
  it("takes names that mean something else in a regular expression for names", async () => {
    const { "src/db.js": client, "src/notes.js": notes, ...others } = PLAIN;
    const { texts } = await draft({
      ...others,
      "src/c++.js": client,
      "src/notes.js": notes.replace("./db.js", "./c++.js").replaceAll("db", "$db"),
    });
    assert.match(texts.get("src/notes/queries.js")!, /^import \$?\w+ from '\.\.\/c\+\+\.js'/);
  });

  it("is, without a framework, schemas and queries in the manner of the project, for a model that is there", async () => {
    const { texts, edits, todo } = await draft(PLAIN);
    assert.deepEqual([edits, todo], [[], []]);
    assert.deepEqual([...texts.keys()], ["src/notes/schema.js", "src/notes/queries.js"]);
    assert.equal(
      texts.get("src/notes/schema.js"),
      `import { z } from 'zod'

export const noteId = z.string().uuid()

/** What may be given of a new note. */
export const newNote = z.object({
  size: z.enum(['SMALL', 'LARGE']).optional(),
  stars: z.number().int(),
  tags: z.array(z.string()).optional(),
  extra: z.unknown().optional(),
})

/** What may be changed of a note. */
export const noteChanges = newNote.partial()
`,
    );
    assert.match(
      texts.get("src/notes/queries.js")!,
      /^import db from '\.\.\/db\.js'\n\nexport function listNotes\(owner\) \{\n {2}return db\.note\.findMany\(\{\n {4}where: \{ \.\.\.owner \},/,
    );
  });

  it("has no schemas and no actions without zod, and says so", async () => {
    const files = {
      ...PLAIN,
      "package.json": manifest({ "@prisma/client": "6.16.2", next: "15.0.0" }),
      "src/db.ts": CLIENT,
      "src/notes.ts": NOTES.replace("userId", "userId: string"),
    };
    const { "src/db.js": _, "src/notes.js": __, ...typed } = files;
    const { texts, todo } = await draft(typed);
    assert.deepEqual([...texts.keys()], ["src/notes/queries.ts"]);
    assert.match(
      texts.get("src/notes/queries.ts")!,
      /export type NewNote = Omit<\n {2}Prisma\.NoteUncheckedCreateInput,/,
    );
    assert.match(todo.join(), /^zod is not among the dependencies/);
  });

  it("writes no actions where nothing shows how the application knows who asks", async () => {
    const { texts, todo } = await draft({
      ...PLAIN,
      "package.json": manifest({ "@prisma/client": "6.16.2", next: "15.0.0", zod: "4.0.0" }),
    });
    assert.deepEqual([...texts.keys()], ["src/notes/schema.js", "src/notes/queries.js"]);
    assert.match(todo.join(), /^no server action shows how the application knows who asks/);
  });

  it("never writes over a file, and wants a client that can be imported", async () => {
    await assert.rejects(
      draft({ ...PLAIN, "src/notes/queries.js": "export {}\n" }),
      /exists already; it is left/,
    );
    await assert.rejects(
      draft({ ...PLAIN, "src/db.js": CLIENT.replace("default ", "const get = () => ") }),
      /No module exports a Prisma client/,
    );
  });

  it("typechecks and is formatted beside the model that it is drafted with, in the example", async () => {
    // Below the real path, or TypeScript takes the link to zod for another package.
    const root = mkdtempSync(join(realpathSync(tmpdir()), "rowguard-module-"));
    try {
      cpSync(join(ROOT, "examples/strive/before"), root, { recursive: true });
      const workspace = await openWorkspace(root);
      const { fix, todo } = await workspace.draft(
        { verb: "draft-module", subject: "Notification" },
        new Date(),
      );
      await workspace.applyFix(fix);
      await workspace.close();
      assert.deepEqual(todo, []);
      const made = fix.files.map(({ path }) => path).filter((path) => path.endsWith(".ts"));
      assert.deepEqual(made, [
        "lib/schemas/notifications.ts",
        "lib/queries/notifications.ts",
        "lib/actions/notifications.ts",
      ]);
      const files = made.map((path) => join(root, path));
      assert.deepEqual(problemsOf(root, files), []);
      // A formatter's usual manner, without the settings of this project.
      writeFileSync(join(root, "biome.json"), '{ "formatter": { "indentStyle": "space" } }');
      execFileSync(join(ROOT, "node_modules/.bin/biome"), ["format", ...files], { cwd: root, stdio: "pipe" });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }).timeout(60_000);
});

/** The client as Prisma would generate it, as far as the example's notifications and members go. */
const GENERATED = `type Owner = { organizationId: string; userId: string };
type Row = Owner & { id: string; title: string; body: string; link: string | null; read: boolean; createdAt: Date };
type Where = Partial<Row>;
type Create = Owner & { id?: string; title: string; body: string; link?: string | null; read?: boolean; createdAt?: Date };
export declare class PrismaClient {
  notification: {
    findMany(args: { where?: Where; orderBy?: { createdAt?: "asc" | "desc" } }): Promise<Row[]>;
    findFirst(args: { where?: Where }): Promise<Row | null>;
    create(args: { data: Create }): Promise<Row>;
    updateMany(args: { where?: Where; data: Partial<Create> }): Promise<{ count: number }>;
    deleteMany(args: { where?: Where }): Promise<{ count: number }>;
  };
  organizationMember: { findFirst(args: object): Promise<(Owner & { role: string }) | null> };
}
`;

function problemsOf(root: string, files: readonly string[]): string[] {
  const stubs = {
    "@prisma/client/index.d.ts": GENERATED,
    "next/navigation.d.ts": "export declare function redirect(path: string): never;\n",
  };
  for (const [path, text] of Object.entries(stubs)) {
    mkdirSync(dirname(join(root, "node_modules", path)), { recursive: true });
    writeFileSync(join(root, "node_modules", path), text);
  }
  symlinkSync(join(ROOT, "node_modules/zod"), join(root, "node_modules/zod"), "junction");
  const program = ts.createProgram([...files], {
    ...STRICT,
    paths: { "@/*": [join(root, "*")] },
    types: [],
  });
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  });
}
