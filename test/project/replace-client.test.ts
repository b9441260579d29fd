import assert from "node:assert/strict";
import type { Project } from "../../src/project/project.ts";
import { type MadeClient, replaceClient } from "../../src/project/replace-client.ts";
import { readCode } from "../../src/source/code/read.ts";
import { loadTypeScript } from "../../src/source/code/typescript.ts";
import { applyEdits } from "../../src/text/edit.ts";

const kept: MadeClient = {
  path: "src/lib/prisma.ts",
  span: { start: 0, end: 0 },
  made: "PrismaClient",
  module: "@prisma/client",
  variable: "prisma",
  exportedAs: "prisma",
};

/** The file after its client was replaced by the kept one; undefined where no fix is offered. */
function replaced(
  path: string,
  text: string,
  declaration: string,
  variable: string,
  by = kept,
): string | undefined {
  const { made, span } = readCode({ path, text }).sites.find((site) => site.made)!;
  if (made?.declaration) assert.equal(text.slice(made.declaration.start, made.declaration.end), declaration);
  assert.equal(made?.variable, variable);
  const { exportedAs: _, variable: __, ...common } = kept;
  const duplicate: MadeClient = { ...common, ...made, path, span };
  const project = { text: () => text } as unknown as Project;
  const remedy = replaceClient(project, duplicate, by);
  return remedy?.kind === "edit" ? applyEdits(text, remedy.edits) : undefined;
}

describe("replacing a client", () => {
  before(loadTypeScript);

  it("turns a module that holds nothing else into a re-export", () => {
    const text = 'import { PrismaClient } from "@prisma/client";\n\nexport const db = new PrismaClient();\n';
    assert.equal(
      replaced("src/db.ts", text, "export const db = new PrismaClient();", "db"),
      'export { prisma as db } from "./lib/prisma";\n',
    );
  });

  it("keeps quotes, missing semicolons, extensions and what else was imported", () => {
    const text =
      "import { PrismaClient, Prisma } from '@prisma/client'\nimport { x } from './x.js'\n\nconst prisma = new PrismaClient()\n\nx(prisma, Prisma)\n";
    assert.equal(
      replaced("src/jobs/run.ts", text, "const prisma = new PrismaClient()", "prisma"),
      "import { Prisma } from '@prisma/client'\nimport { prisma } from '../lib/prisma.js'\nimport { x } from './x.js'\n\nx(prisma, Prisma)\n",
    );
  });

  it("keeps the class imported while its type is used, and Windows line ends", () => {
    const text =
      'import { PrismaClient } from "@prisma/client";\r\n\r\nconst db: PrismaClient = new PrismaClient();\r\nexport default db;\r\nexport type Db = PrismaClient;\r\n';
    assert.equal(
      replaced("src/lib/db.ts", text, "const db: PrismaClient = new PrismaClient();", "db"),
      'import { PrismaClient } from "@prisma/client";\r\nimport { prisma as db } from "./prisma";\r\n\r\nexport default db;\r\nexport type Db = PrismaClient;\r\n',
    );
  });

  it("imports a default export under the name the file uses", () => {
    const text =
      'import { PrismaClient } from "@prisma/client";\nconst db = new PrismaClient();\ndb.$connect();\n';
    assert.equal(
      replaced("src/a.ts", text, "const db = new PrismaClient();", "db", { ...kept, exportedAs: "default" }),
      'import db from "./lib/prisma";\ndb.$connect();\n',
    );
  });

  it("builds an extended client on the kept one", () => {
    const text =
      'import { PrismaClient } from "@prisma/client";\n\nexport const db = new PrismaClient({ log: [] }).$extends({});\n';
    assert.equal(
      replaced("src/db.ts", text, "export const db = new PrismaClient({ log: [] }).$extends({});", "db"),
      'import { prisma } from "./lib/prisma";\n\nexport const db = prisma.$extends({});\n',
    );
  });

  it("leaves a declaration of several variables, and a name that is taken", () => {
    const several = 'import { PrismaClient } from "@prisma/client";\nconst a = 1, db = new PrismaClient();\n';
    assert.equal(replaced("src/a.ts", several, "const a = 1, db = new PrismaClient();", "db"), undefined);
    const taken =
      'import { PrismaClient } from "@prisma/client";\nconst prisma = new PrismaClient().$extends({});\n';
    assert.equal(
      replaced("src/a.ts", taken, "const prisma = new PrismaClient().$extends({});", "prisma"),
      undefined,
    );
  });

  it("offers nothing where the kept client comes out of a function, or the import is not to be found", () => {
    const text = 'import * as client from "@prisma/client";\nconst db = new client.PrismaClient();\n';
    assert.equal(replaced("src/a.ts", text, "const db = new client.PrismaClient();", "db"), undefined);
    const plain = 'import { PrismaClient } from "@prisma/client";\nconst db = new PrismaClient();\n';
    const factory = { ...kept, exportedAs: "getClient" };
    assert.equal(replaced("src/a.ts", plain, "const db = new PrismaClient();", "db", factory), undefined);
  });

  it("reads the import that is one, not the text of a comment or a string", () => {
    const text =
      '/*\nimport { PrismaClient } from "@prisma/client";\n*/\nimport { PrismaClient } from "@prisma/client";\n\nconst db = new PrismaClient();\ndb.$connect();\n';
    assert.equal(
      replaced("src/a.ts", text, "const db = new PrismaClient();", "db"),
      '/*\nimport { PrismaClient } from "@prisma/client";\n*/\nimport { PrismaClient } from "@prisma/client";\nimport { prisma as db } from "./lib/prisma";\n\ndb.$connect();\n',
    );
  });

  it("leaves an import with a comment among its names, and a variable that is given something else later", () => {
    const commented =
      'import { PrismaClient, Prisma // its types\n} from "@prisma/client";\nconst db = new PrismaClient();\nexport type T = Prisma.Sql;\n';
    assert.equal(replaced("src/a.ts", commented, "const db = new PrismaClient();", "db"), undefined);
    const mocked =
      'import { PrismaClient } from "@prisma/client";\nlet db = new PrismaClient();\nexport const use = (other: PrismaClient) => {\n  db = other;\n};\n';
    assert.equal(replaced("src/a.ts", mocked, "let db = new PrismaClient();", "db"), undefined);
  });
});
