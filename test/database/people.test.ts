import { strict as assert } from "node:assert";
import { EmbeddedDatabase } from "../../src/database/embedded/open.ts";
import { findIdentities } from "../../src/database/identity/find.ts";
import { projectOf } from "./projects.ts";

const MIGRATION = `
create table teams (id text primary key);
create table users (id text primary key, email text not null unique);
create table team_members (team_id text not null references teams, email text not null references users (email), role text not null, primary key (team_id, email));
insert into teams values ('acme');
insert into users values ('u1', 'alice@acme.test'), ('u2', 'bob@acme.test');
insert into team_members values ('acme', 'alice@acme.test', 'OWNER');
`;

describe("people of a database", function () {
  this.timeout(60_000);

  it("are found by the address that a membership names them by, and have their own id", async () => {
    const project = await projectOf({ "prisma/migrations/20240101000000_init/migration.sql": MIGRATION });
    const database = new EmbeddedDatabase(project, {});
    try {
      await database.ready();
      const identities = await findIdentities(database, project);
      const told = identities.map(({ name, userKey }) => [name, userKey]);
      assert.deepEqual(
        told.filter(([, id]) => id !== undefined),
        [
          ["alice@acme", "u1"],
          ["bob", "u2"],
        ],
      );
    } finally {
      await database.close();
    }
  });
});
