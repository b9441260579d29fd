import assert from "node:assert/strict";
import { resolveModels } from "../../../src/project/models/resolve.ts";
import { readPrisma } from "../../../src/source/prisma/read.ts";

const text = `model Task {
  id        String @id
  projectId String @map("project_id")
  project   Project @relation(fields: [projectId], references: [id])
  state     State
  labels    Label[]
  watchers  User[] @relation("watching")

  @@map("tasks")
}
model Project {
  id    String @id
  tasks Task[]
}
model Label {
  id    String @id
  tasks Task[]
  @@schema("meta")
}
model User {
  id       String @id
  watching Task[] @relation("watching")
  friends  User[] @relation("friends")
  friendOf User[] @relation("friends")
  @@map("users")
}
view Report {
  id String @unique
  @@map("reports")
}
type Address {
  street String
}
enum State {
  OPEN
}
`;
const sources = [readPrisma({ path: "prisma/schema.prisma", text })];

describe("resolveModels", () => {
  const { models, modelOfTable, implicitTables } = resolveModels(sources);

  it("says which table a model is, views too", () => {
    assert.deepEqual(
      [...models].map(([name, { table, path }]) => [name, table, path]),
      [
        ["Task", "public.tasks", "prisma/schema.prisma"],
        ["Project", "public.Project", "prisma/schema.prisma"],
        ["Label", "meta.Label", "prisma/schema.prisma"],
        ["User", "public.users", "prisma/schema.prisma"],
        ["Report", "public.reports", "prisma/schema.prisma"],
      ],
    );
    assert.equal(modelOfTable.get("public.tasks"), models.get("Task"));
  });

  it("says which field a column is; relations are no columns", () => {
    const fields = models.get("Task")!.fieldOfColumn;
    assert.deepEqual(
      [...fields].map(([column, { name }]) => [column, name]),
      [
        ["id", "id"],
        ["project_id", "projectId"],
        ["state", "state"],
      ],
    );
  });

  it("knows the join tables that no model declares, in the schema of their first model", () => {
    assert.deepEqual([...implicitTables].sort(), [
      "meta._LabelToTask",
      "public._friends",
      "public._watching",
    ]);
  });

  it("puts tables without @@schema where the connection does", () => {
    const { models, implicitTables } = resolveModels(sources, { defaultSchema: "app" });
    assert.equal(models.get("Task")?.table, "app.tasks");
    assert.equal(models.get("Label")?.table, "meta.Label");
    assert.deepEqual([...implicitTables].sort(), ["app._friends", "app._watching", "meta._LabelToTask"]);
  });

  it("of two models for one table the first stands for it", () => {
    const twice = readPrisma({
      path: "a.prisma",
      text: 'model A {\n  @@map("t")\n}\nmodel B {\n  @@map("t")\n}',
    });
    assert.equal(resolveModels([twice]).modelOfTable.get("public.t")?.model.name, "A");
  });
});
