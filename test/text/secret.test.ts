import assert from "node:assert/strict";
import { findSecret, maskSecret, mayBeSecret } from "../../src/text/secret.ts";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (claims: unknown) => `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}.c2lnbmF0dXJl`;
/** Joined here so that no scanner takes the test for a leak. */
const keyed = (prefix: string, length: number) =>
  prefix + "q7Zt2Lm9XvB4Kc8RwP1yNd6HsJ3fGa5Te0UoYiQzMlSxDnVbEhCpWrFgJkAt".slice(0, length);

const named = (value: string) => {
  const secret = findSecret(value);
  return secret && `${secret.what}${secret.demo ? " (demo)" : ""}`;
};

describe("findSecret", () => {
  it("Supabase: the role in the token decides", () => {
    assert.equal(
      named(token({ iss: "supabase", ref: "abcd", role: "service_role" })),
      "Supabase service key",
    );
    assert.equal(named(token({ iss: "supabase-demo", role: "service_role" })), "Supabase service key (demo)");
    assert.equal(named(token({ iss: "supabase", role: "anon" })), undefined);
    assert.equal(named(token("service_role")), undefined);
    assert.equal(named(token(null)), undefined);
    assert.equal(named("eyJhbGciOiJIUzI1NiJ9.eyJub3QganNvbg.c2lnbmF0dXJl"), undefined);
  });

  it("Supabase: new keys, and the one every local stack has", () => {
    assert.equal(named(keyed("sb_secret_", 31)), "Supabase service key");
    assert.equal(named("sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"), "Supabase service key (demo)");
    assert.equal(named("sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH"), undefined);
    assert.equal(named(`sbp_${"0123456789abcdef".repeat(3).slice(3, 43)}`), "Supabase access token (demo)");
    assert.equal(named(`sbp_${"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"}`), "Supabase access token");
  });

  for (const [value, name] of [
    [keyed("sk_live_", 24), "live secret key"],
    [keyed("rk_live_", 24), "live secret key"],
    [keyed("sk_test_", 24), "test secret key (demo)"],
    [keyed("whsec_", 32), "webhook signing secret"],
    ["AKIA" + "QX7LMB2ZTRWC5DHN", "AWS access key"],
    ["AKIA" + "IOSFODNN7EXAMPLE", "AWS access key (demo)"],
    [keyed("ghp_", 36), "GitHub token"],
    [keyed("github_pat_", 50), "GitHub token"],
    [keyed("glpat-", 20), "GitLab token"],
    [keyed("sk-proj-", 40), "OpenAI key"],
    [keyed("sk-", 48), "OpenAI key"],
    [keyed("sk-ant-api03-", 40), "Anthropic key"],
    [keyed("xoxb-", 30), "Slack token"],
    [keyed("npm_", 36), "npm token"],
  ] as const) {
    it(`${value.slice(0, 12)}... is ${name ?? "no secret"}`, () => assert.equal(named(value), name));
  }

  it("a private key, whole or in one line; not one that was left out", () => {
    const body = keyed("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 60);
    assert.equal(named(`-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`), "private key");
    assert.equal(
      named(`-----BEGIN RSA PRIVATE KEY-----\\n${body}\\n-----END RSA PRIVATE KEY-----`),
      "private key",
    );
    assert.equal(named("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"), "private key (demo)");
    assert.equal(named(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`), undefined);
  });

  it("a password in a connection string, unless it is a local one or none", () => {
    const password = keyed("", 14);
    assert.equal(
      named(`postgresql://app:${password}@db.abcd.supabase.co:5432/postgres`),
      "database password",
    );
    assert.equal(
      named(`postgres://app:${password}@aws-0-eu.pooler.supabase.com:6543/postgres?pgbouncer=true`),
      "database password",
    );
    for (const host of ["localhost:5432", "127.0.0.1:54322", "db", "[::1]:5432", "host.docker.internal"]) {
      assert.equal(named(`postgresql://app:${password}@${host}/postgres`), "database password (demo)", host);
    }
    for (const weak of [
      "password",
      "postgres",
      "[YOUR-PASSWORD]",
      "<password>",
      "$" + "{DB_PASSWORD}",
      "xxxxxxxx",
    ]) {
      assert.equal(
        named(`postgresql://app:${weak}@db.abcd.supabase.co/postgres`),
        "database password (demo)",
        weak,
      );
    }
    assert.equal(named("postgresql://app@db.abcd.supabase.co/postgres"), undefined);
    assert.equal(named("postgresql://[not a url"), undefined);
  });

  it("placeholders are demo, and ordinary text is nothing", () => {
    assert.equal(named("sk_live_your_key_goes_here"), "live secret key (demo)");
    assert.equal(named("sk_live_xxxxxxxxxxxxxxxxxxxxxxxx"), "live secret key (demo)");
    assert.equal(named("sb_secret_0000000000000000000000"), "Supabase service key (demo)");
    for (const text of [
      "",
      "sk-toggle-button-primary-large-rounded",
      "re_render",
      "postgres",
      "skip_this_one_please",
      "eyJ",
    ]) {
      assert.equal(named(text), undefined, text);
    }
  });

  it("the cheap question is never stricter than the answer", () => {
    for (const value of [keyed("sk_live_", 24), keyed("SG.", 22), token({ role: "service_role" })]) {
      assert.ok(mayBeSecret(value));
    }
    assert.ok(!mayBeSecret("rounded-md border px-4 py-2 text-sm"));
  });
});

describe("maskSecret", () => {
  it("keeps of a secret what it begins with, and its length", () => {
    const key = keyed("sk_live_", 24);
    assert.equal(maskSecret(key), `sk_live_${"*".repeat(24)}`);
    const service = token({ iss: "supabase", role: "service_role" });
    assert.equal(maskSecret(service), `eyJ${"*".repeat(service.length - 3)}`);
  });

  it("keeps of a connection string all but its password", () => {
    assert.equal(
      maskSecret("postgresql://app:q7Zt2Lm9@db.prod.com:5432/x?schema=app"),
      "postgresql://app:********@db.prod.com:5432/x?schema=app",
    );
    assert.equal(maskSecret("postgres://app:q7@Zt2@db.prod.com/x"), "postgres://app:******@db.prod.com/x");
  });

  it("leaves everything else as it is", () => {
    const plain = ["", "organization_id", "postgres://app@db.prod.com/x", keyed("pk_live_", 24)];
    for (const text of plain) assert.equal(maskSecret(text), text);
  });
});
