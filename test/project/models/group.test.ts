import assert from "node:assert/strict";
import { groupSchemas } from "../../../src/project/models/group.ts";
import { readPrisma } from "../../../src/source/prisma/read.ts";

const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n';
const model = (name: string, ...fields: string[]) =>
  `model ${name} {\n  id Int @id\n${fields.map((field) => `  ${field}\n`).join("")}}\n`;

function grouped(files: Record<string, string>, configured: string[] = []) {
  const sources = Object.entries(files).map(([path, text]) => readPrisma({ path, text }));
  const { groups, orphans } = groupSchemas(sources, configured);
  return {
    groups: groups.map(({ folder, sources, provider }) => [
      folder,
      provider,
      ...sources.map(({ path }) => path),
    ]),
    orphans: orphans.map(({ source, why }) => `${source.path} ${why}`),
  };
}

describe("groupSchemas", () => {
  it("one file is one schema", () => {
    assert.deepEqual(grouped({ "prisma/schema.prisma": DATASOURCE + model("User") }), {
      groups: [["prisma", "postgresql", "prisma/schema.prisma"]],
      orphans: [],
    });
  });

  it("several schemas in one repository stay apart", () => {
    assert.deepEqual(
      grouped({
        "apps/web/prisma/schema.prisma": DATASOURCE + model("User"),
        "packages/billing/prisma/schema.prisma": DATASOURCE.replace("postgresql", "mysql") + model("User"),
      }).groups,
      [
        ["apps/web/prisma", "postgresql", "apps/web/prisma/schema.prisma"],
        ["packages/billing/prisma", "mysql", "packages/billing/prisma/schema.prisma"],
      ],
    );
  });

  it("a configured folder is one schema with all its files, copies and drafts included", () => {
    const files = {
      "db/base.prisma": DATASOURCE,
      "db/models/user.prisma": model("User"),
      "db/models/audit/log.prisma": model("Log"),
      "other.prisma": model("Other"),
    };
    for (const configured of ["db", "./db/", "db/"]) {
      assert.deepEqual(grouped(files, [configured]), {
        groups: [
          ["db", "postgresql", "db/base.prisma", "db/models/audit/log.prisma", "db/models/user.prisma"],
        ],
        orphans: ["other.prisma belongs to no schema with a datasource"],
      });
    }
  });

  it("a datasource without models takes the files around it", () => {
    assert.deepEqual(
      grouped({
        "prisma/schema.prisma": `${DATASOURCE}generator client {\n  provider = "prisma-client"\n}`,
        "prisma/models/user.prisma": model("User"),
        "prisma/models/log.prisma": model("Log"),
      }).groups,
      [
        [
          "prisma",
          "postgresql",
          "prisma/models/log.prisma",
          "prisma/models/user.prisma",
          "prisma/schema.prisma",
        ],
      ],
    );
    assert.deepEqual(
      grouped({ "prisma/config/db.prisma": DATASOURCE, "prisma/models/user.prisma": model("User") }).groups,
      [["prisma", "postgresql", "prisma/config/db.prisma", "prisma/models/user.prisma"]],
    );
  });

  it("files that declare what the schema lacks belong to it, and then their neighbours too", () => {
    assert.deepEqual(
      grouped({
        "prisma/schema.prisma": DATASOURCE + model("User", "tasks Task[]"),
        "prisma/task.prisma": model(
          "Task",
          "user User @relation(fields: [id], references: [id])",
          "state State",
        ),
        "prisma/state.prisma": "enum State {\n  OPEN\n}",
        "prisma/log.prisma": model("Log"),
      }),
      {
        groups: [
          [
            "prisma",
            "postgresql",
            "prisma/log.prisma",
            "prisma/schema.prisma",
            "prisma/state.prisma",
            "prisma/task.prisma",
          ],
        ],
        orphans: [],
      },
    );
  });

  it("prismaSchemaFolder says that there are several", () => {
    const generator = 'generator client {\n  provider = "x"\n  previewFeatures = ["prismaSchemaFolder"]\n}\n';
    const { groups } = grouped({
      "prisma/schema/main.prisma": generator + DATASOURCE + model("User"),
      "prisma/schema/log.prisma": model("Log"),
    });
    assert.deepEqual(groups, [
      ["prisma/schema", "postgresql", "prisma/schema/log.prisma", "prisma/schema/main.prisma"],
    ]);
  });

  it("a draft, a copy and a variant are no part of the schema, and it is said why", () => {
    assert.deepEqual(
      grouped({
        "prisma/schema.prisma": DATASOURCE + model("User") + model("Task"),
        "prisma/notifications.prisma": model(
          "Notification",
          "user User @relation(fields: [id], references: [id])",
        ),
        "prisma/schema.backup.prisma": model("User") + model("Task") + model("Old"),
        "prisma/schema.sqlite.prisma": DATASOURCE.replace("postgresql", "sqlite") + model("User"),
        "docs/example.prisma": model("Example"),
      }),
      {
        groups: [["prisma", "postgresql", "prisma/schema.prisma"]],
        orphans: [
          "prisma/schema.sqlite.prisma stands beside schema.prisma, which has the datasource",
          "docs/example.prisma belongs to no schema with a datasource",
          "prisma/schema.backup.prisma declares again what prisma/schema.prisma declares",
          "prisma/notifications.prisma has no datasource, and prisma/schema.prisma does not refer to it",
        ],
      },
    );
  });

  it("a configured file is read alone, unless it lacks what its neighbours declare", () => {
    const log = { "db/log.prisma": model("Log") };
    assert.deepEqual(grouped({ "db/main.prisma": DATASOURCE + model("User"), ...log }, ["db/main.prisma"]), {
      groups: [["db", "postgresql", "db/main.prisma"]],
      orphans: ["db/log.prisma has no datasource, and db/main.prisma does not refer to it"],
    });
    assert.deepEqual(
      grouped({ "db/main.prisma": DATASOURCE + model("User", "logs Log[]"), ...log }, ["db/main.prisma"])
        .groups,
      [["db", "postgresql", "db/log.prisma", "db/main.prisma"]],
    );
  });

  it("without any datasource, the files of a folder are one schema", () => {
    const files = {
      "x/prisma/a.prisma": model("A"),
      "x/prisma/b.prisma": model("B"),
      "y/c.prisma": model("C"),
    };
    assert.deepEqual(grouped(files), {
      groups: [
        ["x/prisma", "", "x/prisma/a.prisma", "x/prisma/b.prisma"],
        ["y", "", "y/c.prisma"],
      ],
      orphans: [],
    });
  });

  it("nothing gives nothing; a configured path without files is none", () => {
    assert.deepEqual(grouped({}, ["prisma"]), { groups: [], orphans: [] });
  });
});
