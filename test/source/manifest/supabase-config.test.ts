import assert from "node:assert/strict";
import { readSupabaseConfig } from "../../../src/source/manifest/supabase-config.ts";

const read = (text: string) => readSupabaseConfig({ path: "supabase/config.toml", text });

const text = `project_id = "acme"

[api]
enabled = true
schemas = ["public", "app"]
auto_expose_new_tables = false

[db.migrations]
enabled = true
schema_paths = ["./schemas/*.sql"]

[db.seed]
enabled = true
sql_paths = ["./seed.sql"]

[auth]
enable_anonymous_sign_ins = true

# [storage.buckets.avatars] is not here
[storage.buckets.avatars]
public = true
file_size_limit = "5MiB"

[ storage . buckets . "tenant files" ]
public = false

[storage.buckets.exports]
allowed_mime_types = ["text/csv"]
`;

describe("readSupabaseConfig", () => {
  it("reads what rules ask", () => {
    const { buckets, ...config } = read(text);
    assert.deepEqual(config, {
      path: "supabase/config.toml",
      exposedSchemas: ["public", "app"],
      autoExposeNewTables: false,
      anonymousSignIns: true,
      schemaPaths: ["./schemas/*.sql"],
      seedPaths: ["./seed.sql"],
    });
    assert.deepEqual(
      buckets.map((bucket) => [bucket.name, bucket.public, text.slice(bucket.span.start, bucket.span.end)]),
      [
        ["avatars", true, "avatars"],
        ["tenant files", false, "tenant files"],
        ["exports", false, "exports"],
      ],
    );
    assert.ok(buckets[0]!.span.start > text.indexOf("is not here"));
  });

  it("a bucket written as a key, inline", () => {
    const inline = '[storage.buckets]\nlogos = { public = true }\n"a.b".public = true\n';
    assert.deepEqual(
      read(inline).buckets.map(({ name, span, ...bucket }) => [
        name,
        bucket.public,
        inline.slice(span.start, span.end),
      ]),
      [
        ["logos", true, "logos"],
        ["a.b", true, "a.b"],
      ],
    );
  });

  it("what is not stated is absent; seeds that are switched off are none", () => {
    assert.deepEqual(read(""), { path: "supabase/config.toml", buckets: [] });
    assert.deepEqual(read('[db.seed]\nenabled = false\nsql_paths = ["./seed.sql"]').seedPaths, []);
  });

  it("a broken line is one error at its place, and the rest is read", () => {
    const broken = text.replace('schemas = ["public", "app"]', 'schemas = ["public"');
    const { error, buckets, anonymousSignIns, exposedSchemas } = read(broken);
    assert.match(error!.message, /^supabase\/config\.toml is no valid TOML: .+\.$/);
    assert.ok(!error!.message.includes("\n"));
    assert.ok(
      ['schemas = ["public"', "auto_expose_new_tables = false"].includes(
        broken.slice(error!.span.start, error!.span.end),
      ),
    );
    assert.deepEqual([buckets.length, anonymousSignIns, exposedSchemas], [3, true, undefined]);
  });

  it("a half-typed bucket at the end loses no other", () => {
    const broken = `${text}\r\n[storage.buckets.`;
    const { error, buckets } = read(broken);
    assert.equal(broken.slice(error?.span.start, error?.span.end), "[storage.buckets.");
    assert.equal(buckets.length, 3);
  });

  it("odd types and other texts give nothing and never throw", () => {
    for (const odd of [
      "api = 1",
      "[api]\nschemas = 5",
      "storage = []",
      "[storage]\nbuckets = [1]",
      "\0",
      "{}",
      "<html>\n".repeat(50),
    ]) {
      assert.deepEqual(read(odd).buckets, [], odd);
    }
    read("[__proto__.polluted]\na = 1\n[__proto__.polluted]\nb = 2\n= broken");
    assert.ok(!("polluted" in {}));
    assert.equal(read("[".repeat(100_000)).buckets.length, 0);
    assert.equal(read(`x = ${"[".repeat(100_000)}`).buckets.length, 0);
  });
});
