import assert from "node:assert/strict";
import { loadTypeScript } from "../../../src/source/code/typescript.ts";
import { type Files, usages } from "./linking.ts";

/** The queries of `use.ts` as `library: method table`. */
const inUse = (use: string, others: Files): string[] =>
  usages({ ...others, "use.ts": use }, "orm-query")
    .filter(({ path }) => path === "use.ts")
    .map(({ library, method, table }) => `${library}: ${method} ${table ?? "?"}`);

const DRIZZLE = {
  "db.ts": `import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
export const db = drizzle(postgres(process.env.DATABASE_URL!));
`,
  "schema.ts": `import { pgTable, uuid } from "drizzle-orm/pg-core";
export const invoices = pgTable("invoices_of_old", { id: uuid("id").primaryKey() });
`,
};

describe("queries of other ORMs", () => {
  before(loadTypeScript);

  it("of Drizzle: builders, relational queries, in transactions and of a parameter's type", () => {
    const use = `import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { db } from "./db";
import { invoices } from "./schema";

export const all = () => db.select({ id: invoices.id }).from(invoices).where(undefined);
export const one = () => db.query.invoices.findFirst();
export const write = () =>
  db.transaction(async (tx) => {
    await tx.insert(invoices).values({ id: "1" });
    await tx.delete(invoices);
  });
export const later = (base: NodePgDatabase) => base.update(invoices).set({ id: "2" });
export const found = async () => (await all()).find((each) => each.id === "1");
export const seen = new Map<string, string>();
seen.delete("a");
`;
    assert.deepEqual(inUse(use, DRIZZLE), [
      "drizzle-orm: select invoices_of_old",
      "drizzle-orm: findFirst invoices",
      "drizzle-orm: insert invoices_of_old",
      "drizzle-orm: delete invoices_of_old",
      "drizzle-orm: update invoices_of_old",
    ]);
  });

  it("of Knex and Kysely", () => {
    const knex = { "db.ts": 'import knex from "knex";\nexport const db = knex({ client: "pg" });\n' };
    const use = `import { db } from "./db";
export const a = () => db("tasks").where({ id: 1 });
export const b = () => db.select("id").from("users");
`;
    assert.deepEqual(inUse(use, knex), ["knex: query tasks", "knex: select id"]);
    const kysely = {
      "db.ts":
        'import { Kysely } from "kysely";\nexport const db = new Kysely({ dialect: null as never });\n',
    };
    assert.deepEqual(
      inUse(
        'import { db } from "./db";\nexport const a = () => db.selectFrom("tasks").selectAll().execute();\n',
        kysely,
      ),
      ["kysely: selectFrom tasks"],
    );
  });

  it("of TypeORM, Sequelize and MikroORM, by repositories, managers and models", () => {
    const typeorm = {
      "source.ts":
        'import { DataSource } from "typeorm";\nexport const source = new DataSource({ type: "postgres" });\n',
      "task.ts":
        'import { BaseEntity, Entity } from "typeorm";\n@Entity()\nexport class Task extends BaseEntity {}\n',
    };
    const use = `import { type Repository } from "typeorm";
import { source } from "./source";
import { Task } from "./task";
export const a = () => source.getRepository(Task).find();
export const b = () => source.manager.save(Task, {});
export const c = () => Task.findOneBy({ id: 1 });
export class Tasks {
  constructor(private readonly tasks: Repository<Task>) {}
  all() {
    return this.tasks.findBy({});
  }
}
`;
    assert.deepEqual(inUse(use, typeorm), [
      "typeorm: find Task",
      "typeorm: save Task",
      "typeorm: findOneBy Task",
      "typeorm: findBy ?",
    ]);
    const sequelize = {
      "task.ts": 'import { Model } from "sequelize";\nexport class Task extends Model {}\n',
    };
    assert.deepEqual(
      inUse(
        'import { Task } from "./task";\nexport const a = () => Task.findAll({ where: {} });\n',
        sequelize,
      ),
      ["sequelize: findAll Task"],
    );
    const mikro = `import { EntityManager } from "@mikro-orm/core";
export const a = (em: EntityManager, Task: never) => em.find(Task, {});
`;
    assert.deepEqual(inUse(mikro, {}), ["@mikro-orm/core: find ?"]);
  });

  it("are none where the same names are of arrays, maps, Prisma or a plain connection", () => {
    const use = `import { PrismaClient } from "@prisma/client";
import { Pool } from "pg";
const prisma = new PrismaClient();
const pool = new Pool();
export const a = () => prisma.task.findMany();
export const b = () => pool.query("select 1");
const manager = new Map();
manager.delete("x");
const db = [1, 2];
db.find((each) => each === 1);
`;
    assert.deepEqual(inUse(use, {}), []);
  });
});
