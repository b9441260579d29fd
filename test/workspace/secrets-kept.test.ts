import assert from "node:assert/strict";
import { READERS, type ReaderName } from "../../src/workspace/facts/readers.ts";

const PASSWORD = ["q7Zt2Lm9", "XvB4Kc8R"].join("");
const KEY = ["sk", "live", "51HvJc2eZvKYlo2CqhV7YtM0"].join("_");
const URL = `postgresql://app:${PASSWORD}@db.prod.com/x`;

const SOURCES: readonly (readonly [ReaderName, path: string, text: string])[] = [
  ["prisma", "schema.prisma", `datasource db {\n  provider = "postgresql"\n  url = "${URL}"\n}\n`],
  ["package", "package.json", `{ "scripts": { "db": "psql ${URL} -f seed.sql" } }`],
  ["environment", ".env", `DATABASE_URL="${URL}"\nKEY=${KEY}\n`],
  ["prisma-config", "prisma.config.ts", `export default defineConfig({ datasource: { url: "${URL}" } });`],
  ["supabase-config", "supabase/config.toml", `[auth.external.github]\nsecret = "${KEY}"\n`],
  [
    "code",
    "src/db.ts",
    `export const url = "${URL}";\nexport const pool = new Pool({ connectionString: "${URL}" });\nexport const key = "${KEY}";`,
  ],
  [
    "sql",
    "1.sql",
    `create role app password '${PASSWORD}';\nselect vault.create_secret('${KEY}', 'stripe');\ninsert into keys values ('${KEY}', '${URL}');`,
  ],
];

describe("what is kept of a source for the next run", () => {
  for (const [reader, path, text] of SOURCES)
    it(`${reader}: no secret that is known as one`, async () => {
      const read = (await READERS[reader]()) as (source: { path: string; text: string }) => unknown;
      const kept = JSON.stringify(await read({ path, text }));
      assert.ok(kept.length > 2);
      for (const secret of [PASSWORD, KEY]) assert.equal(kept.includes(secret), false);
    });
});
