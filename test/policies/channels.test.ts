import { strict as assert } from "node:assert";
import { openEmbedded } from "../../src/database/embedded/open.ts";
import { withIdentity } from "../../src/database/session/session.ts";
import { generatePolicies } from "../../src/policies/generate.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

const MEMBERS = `
create table organizations (id text primary key);
create table members (organization_id text not null references organizations, user_id uuid not null references auth.users, primary key (organization_id, user_id));
create table rooms (id uuid primary key, organization_id text not null references organizations);
`;
const PERSONAL = "create table notes (id uuid primary key, user_id uuid not null references auth.users);\n";

const CODE = (call: string) => `import { createClient } from "@supabase/supabase-js";

const supabase = createClient("https://x.supabase.co", "key");

export const open = (id: string, org: string) => ${call}.on("broadcast", { event: "move" }, () => {}).subscribe();
`;
const INIT = "supabase/migrations/20240101000000_init.sql";

async function generateFor(topic: string, call: string, schema = MEMBERS) {
  const files = [
    { path: INIT, text: schema },
    { path: "lib/live.ts", text: CODE(call) },
  ];
  const [project] = await buildProjectFromTexts(files);
  const made = generatePolicies(project!, { tables: [], buckets: [], channels: [topic] });
  const sql = made.groups.flatMap(({ statements }) => statements).join("\n");
  const [after] = await buildProjectFromTexts([
    ...files,
    { path: "supabase/migrations/20240102000000_channels.sql", text: sql },
  ]);
  return { ...made, sql, after: after!, code: applyEdits(CODE(call), made.edits) };
}

describe("policies for channels", function () {
  this.timeout(60_000);

  it("make the channel private, whatever options it has", async () => {
    for (const [call, after] of [
      ["supabase.channel(`room:${id}`)", "supabase.channel(`room:${id}`, { config: { private: true } })"],
      [
        "supabase.channel(`room:${id}`, { config: { private: false } })",
        "supabase.channel(`room:${id}`, { config: { private: true } })",
      ],
      [
        "supabase.channel(`room:${id}`, { config: { broadcast: { self: true } } })",
        "supabase.channel(`room:${id}`, { config: { private: true, broadcast: { self: true } } })",
      ],
      [
        "supabase.channel(`room:${id}`, { config: { private: true } })",
        "supabase.channel(`room:${id}`, { config: { private: true } })",
      ],
    ] as const) {
      const { code, undecided } = await generateFor("room:*", call);
      assert.deepEqual(undecided, []);
      assert.equal(code, CODE(after));
    }
  });

  it("tie the part that varies to the rows that the word before it names, or to the tenant", async () => {
    const rooms = await generateFor("room:*", "supabase.channel(`room:${id}`)");
    assert.match(
      rooms.sql,
      /create policy room_channel_select_members on realtime\.messages\s+for select to authenticated\s+using \(extension in \('broadcast'\)\s+and substring\(realtime\.topic\(\) from '\^room:\(\.\+\)\$'\) = any \(array\(select each::text from private\.current_user_rooms\(\) as each\)\)\);/,
    );
    const tenants = await generateFor("org:*:cursors", "supabase.channel(`org:${org}:cursors`)");
    assert.match(
      tenants.sql,
      /from '\^org:\(\[\^:\]\+\):cursors\$'\) = any \(array\(select each::text from private\.current_user_organizations\(\)/,
    );
    const own = await generateFor("inbox:*", "supabase.channel(`inbox:${id}`)", PERSONAL);
    assert.match(own.sql, /from '\^inbox:\(\.\+\)\$'\) = \(select auth\.uid\(\)\)::text/);
  });

  it("are not written for a topic in which everybody would meet", async () => {
    const { undecided, sql, edits } = await generateFor("lobby", 'supabase.channel("lobby")');
    assert.deepEqual([sql, edits], ["", []]);
    assert.match(undecided[0]!.why, /^everybody who is signed in would meet in lobby/);
    const unknown = await generateFor(
      "thing:*",
      "supabase.channel(`thing:${id}`)",
      `${MEMBERS}create table things (id uuid primary key);`,
    );
    assert.deepEqual(
      unknown.undecided.map(({ why }) => why),
      ["the topic names a row of public.things, and nothing says whose that is"],
    );
  });

  it("let a member into the rooms of his tenant, to hear and to send, and nobody else", async () => {
    const both = 'supabase.channel(`room:${id}`).on("presence", { event: "sync" }, () => {})';
    const { after } = await generateFor("room:*", both);
    const database = await openEmbedded(after);
    try {
      assert.deepEqual((await database.ready()).failures, []);
      const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
      await database.query("set session_replication_role = replica");
      for (const [sql, values] of [
        ["create table realtime.messages_now partition of realtime.messages default", []],
        ["insert into organizations values ('acme'), ('globex')", []],
        ["insert into members values ('acme', $1), ('globex', $2)", [id(1), id(2)]],
        ["insert into rooms values ($1, 'acme'), ($2, 'globex')", [id(3), id(4)]],
        [
          "insert into realtime.messages (topic, extension) values ('any', 'broadcast'), ('any', 'presence'), ('any', 'postgres_changes')",
          [],
        ],
      ] as const)
        await database.query(sql, values);
      const joins = async (user: string | undefined, topic: string) => {
        const role = user === undefined ? "anon" : "authenticated";
        const settings = {
          "request.jwt.claims": JSON.stringify({ sub: user, role }),
          "realtime.topic": topic,
        };
        const identity = { name: "somebody", role, settings };
        const { value } = await withIdentity(database, identity, { write: true }, async (session) => {
          const { rows } = await session.query("select extension from realtime.messages order by 1");
          const sent: string[] = [];
          for (const extension of ["broadcast", "postgres_changes", "presence"]) {
            await session.query("savepoint sending");
            await session
              .query("insert into realtime.messages (topic, extension) values ($1, $2)", [topic, extension])
              .then(
                () => sent.push(extension),
                () => 0,
              );
            await session.query("rollback to savepoint sending");
          }
          return { hears: rows.map(([extension]) => extension), sends: sent };
        });
        return value;
      };
      const all = ["broadcast", "presence"];
      assert.deepEqual(await joins(id(1), `room:${id(3)}`), { hears: all, sends: all });
      for (const [user, topic] of [
        [id(1), `room:${id(4)}`],
        [id(2), `room:${id(3)}`],
        [id(1), `desk:${id(3)}`],
        [undefined, `room:${id(3)}`],
      ] as const)
        assert.deepEqual(await joins(user, topic), { hears: [], sends: [] });
    } finally {
      await database.close();
    }
  });
});
