import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../src/build/tree.ts";
import { Engine } from "../../src/database/embedded/engine.ts";
import { findImage } from "../../src/database/embedded/image.ts";
import { readConfiguration } from "../../src/lint/read-configuration.ts";
import { openTopics } from "../../src/project/open-topics.ts";
import { supabase } from "../../src/project/platform/supabase.ts";
import { joiningPolicies, messagesOf } from "../../src/project/topics.ts";
import type { Usage } from "../../src/project/usage.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

// Conditions on messages, as PostgreSQL means them for a member of one organization who joins the topics of another.

const A = "a0000000-0000-4000-8000-000000000001";
const B = "b0000000-0000-4000-8000-000000000001";
const schema = readFileSync(join(ROOT, "test/project/open-topics.sql"), "utf8");

const LEAKING: readonly string[] = [
  "true",
  "auth.uid() is not null",
  "extension in ('broadcast', 'presence')",
  "realtime.topic() like 'org:%'",
  "realtime.topic() = 'lobby' or auth.role() = 'authenticated'",
  "exists (select 1 from members m where m.user_id = auth.uid())",
  "exists (select 1 from members m where m.user_id = auth.uid() and m.role = 'owner')",
  "is_member()",
  "exists (select 1 from profiles where id = auth.uid())",
  "auth.uid() in (select user_id from room_members)",
  "realtime.topic() in (select 'org:' || id from reachable)",
  "split_part(realtime.topic(), ':', 2)::uuid = any (reachable_ids())",
  "exists (with o as (select * from reachable) select 1 from o where 'org:' || o.id = topic)",
  "exists_org(split_part(realtime.topic(), ':', 2)) and is_member()",
  "exists_org(split_part(realtime.topic(), ':', 2))",
  "exists (select 1 from members m where m.user_id = auth.uid() and m.org_id = m.org_id)",
  "topic = 'user:' || auth.uid()::text or is_member()",
  "topic = payload ->> 'topic' and is_member()",
  "(payload ->> 'org_id')::uuid in (select my_orgs())",
  "(auth.jwt() -> 'app_metadata' ->> 'org_id') is not null",
  "(auth.jwt() -> 'app_metadata') ? 'org_id'",
  "auth.jwt() #> '{app_metadata}' ?& array['org_id']",
];

const TIED: readonly string[] = [
  "realtime.topic() = 'user:' || auth.uid()::text",
  "split_part(realtime.topic(), ':', 2) = (select auth.uid())::text",
  "exists (select 1 from members m where m.user_id = auth.uid() and 'org:' || m.org_id = realtime.topic())",
  "split_part(realtime.topic(), ':', 2)::uuid in (select my_orgs())",
  "realtime.topic() in (select 'org:' || o from my_orgs() o)",
  "is_member_of(split_part(realtime.topic(), ':', 2)::uuid)",
  "exists (select 1 from organizations o where 'org:' || o.id = topic)",
  "exists (select 1 from organizations o where 'org:' || o.id = topic) and is_member()",
  "topic = payload ->> 'topic' and payload ->> 'topic' in (select 'org:' || o from my_orgs() o)",
  "realtime.topic() = 'org:' || (auth.jwt() -> 'app_metadata' ->> 'org_id')",
  "realtime.topic() like 'org:' || (auth.jwt() -> 'app_metadata' ->> 'org_id') || '%'",
  "realtime.topic() = 'lobby' and is_member()",
  "topic in ('lobby', 'news')",
  "is_admin()",
  "(auth.jwt() -> 'app_metadata' ->> 'is_admin') is not null",
  "(auth.jwt() -> 'app_metadata') ? 'is_admin'",
  "(auth.jwt() -> 'app_metadata') ?& array['org_id', 'is_admin']",
  "(auth.jwt() -> 'app_metadata' -> 'org_id') ? 'is_admin'",
  "auth.jwt() -> 'app_metadata' ->> 'role' = 'admin'",
  "exists (select 1 from roles r where r.user_id = auth.uid() and r.role = 'moderator')",
  "exists (select 1 from public_rooms r where 'room:' || r.id = realtime.topic())",
  "may_join(realtime.topic())",
];

describe("a condition on realtime messages", function () {
  this.timeout(60_000);
  let engine: Engine;
  before(async () => {
    engine = await Engine.start([], await findImage(supabase));
    await engine.run(`set role postgres; ${schema} reset role;
      create table realtime.all_messages partition of realtime.messages default;
      insert into auth.users (id) values ('${A}'), ('${B}');
      insert into profiles values ('${A}'), ('${B}');
      insert into organizations values ('${A}'), ('${B}');
      insert into members values ('${A}', '${A}', 'owner'), ('${B}', '${B}', 'owner');
      insert into room_members values ('${A}', '${A}'), ('${B}', '${B}');
      insert into realtime.messages (topic, extension, payload)
        select topic, 'broadcast', jsonb_build_object('topic', topic, 'org_id', '${B}')
        from unnest(array['org:${A}', 'user:${A}']) topic;`);
  });
  after(() => engine.close());

  for (const [conditions, leaks] of [
    [LEAKING, true],
    [TIED, false],
  ] as const)
    for (const condition of conditions)
      it(`${condition} ${leaks ? "opens topics of others" : "opens none"}`, async () => {
        const policy = `create policy p on realtime.messages for select to authenticated using (${condition});`;
        assert.equal(await hears(engine, policy), leaks, "as PostgreSQL says");
        assert.equal(await isNamed(policy), leaks, "as the rule does");
      });
});

/** Whether a member of B hears what is said in a topic of A. */
async function hears(engine: Engine, policy: string): Promise<boolean> {
  const claims = { sub: B, role: "authenticated", app_metadata: { org_id: B } };
  try {
    await engine.run(`begin; ${policy}
      set local request.jwt.claims = '${JSON.stringify(claims)}'; set local role authenticated;`);
    for (const topic of [`org:${A}`, `user:${A}`]) {
      await engine.run(`set local realtime.topic = '${topic}'`);
      const { rows } = await engine.query(`select 1 from realtime.messages where topic = '${topic}'`);
      if (rows.length) return true;
    }
    return false;
  } finally {
    await engine.run("rollback");
  }
}

async function isNamed(policy: string): Promise<boolean> {
  const configuration = await readConfiguration(
    { path: "rowguard.config.json", text: JSON.stringify({ platform: "supabase" }) },
    [],
  );
  const texts = [{ path: "migrations/1.sql", text: `${schema}\n${policy}` }];
  const [project] = await buildProjectFromTexts(texts, configuration);
  const messages = messagesOf(project!)!;
  return joiningPolicies(project!, messages).some((each) => openTopics(project!, messages, each, [CHANNEL]));
}

const span = { start: 0, end: 0 };
const CHANNEL: Extract<Usage, { kind: "realtime-channel" }> = {
  kind: "realtime-channel",
  path: "lib/room.ts",
  span,
  role: "runtime",
  pattern: { value: "org:*", path: "lib/room.ts", span, literal: true },
  uses: ["broadcast"],
  private: true,
  optionsAt: span,
};
