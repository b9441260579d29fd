import { strict as assert } from "node:assert";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { findingsIn } from "../splinter/compare.ts";

// What is often said of row-level security, and is not so on PostgreSQL: no rule speaks of it. Every text is right as it
// stands; the seeded defects of test/defects show the same ones to a server.

const TASKS = `
create table tasks (id uuid primary key, owner_id uuid not null references auth.users (id) on delete cascade, title text);
create index tasks_owner on tasks (owner_id);
alter table tasks enable row level security;`;
const MINE = "owner_id = (select auth.uid())";
const OWN = `create policy own on tasks for all to authenticated using (${MINE});`;

const CLAIMS: Readonly<Record<string, string>> = {
  "an UPDATE policy without WITH CHECK lets rows be given away": `${TASKS}
    create policy s on tasks for select to authenticated using (${MINE});
    create policy u on tasks for update to authenticated using (${MINE});`,
  "so does one for ALL": `${TASKS} ${OWN}`,
  "an INSERT policy without WITH CHECK allows everything": `${TASKS} ${OWN}
    create policy i on tasks for insert to authenticated;`,
  "so does a policy for ALL or SELECT without USING": `${TASKS} ${OWN}
    create policy a on tasks for all to anon;
    create policy s on tasks for select to anon;`,
  "a child cannot be inserted where row-level security hides its parent": `${TASKS} ${OWN}
    create table notes (id uuid primary key, owner_id uuid not null references auth.users (id) on delete cascade, task_id uuid references tasks (id));
    create index notes_owner on notes (owner_id); create index notes_task on notes (task_id);
    alter table notes enable row level security;
    create policy own on notes for all to authenticated using (${MINE});
    alter table tasks force row level security;`,
  "a setting for the transaction is unsafe": `${TASKS} ${OWN}
    create function as_tenant(tenant text) returns void language sql set search_path = '' as $$ select set_config('app.tenant', tenant, true) $$;
    begin; set local app.tenant = '1'; commit;`,
  "a trigger function runs as its table's owner": `${TASKS} ${OWN}
    create function log_it() returns trigger language plpgsql set search_path = '' as $$ begin insert into public.tasks select new.*; return new; end $$;
    create trigger logged after update on tasks for each row execute function log_it();`,
  "a view with its caller's rights wants a security_barrier": `${TASKS} ${OWN}
    create view mine with (security_invoker = true) as select id, title from tasks where ${MINE};`,
  "a policy for everybody leaks, whatever it says": `${TASKS} create policy own on tasks using (${MINE});`,
  "a role name that the platform does not have is that of nobody": `${TASKS} ${OWN}
    create role auditor; grant auditor to authenticator; grant select on tasks to auditor;
    create policy audit on tasks for select to auditor using ((select auth.role()) = 'auditor' and title is not null);`,
  "what is true for the service role is open": `${TASKS} ${OWN}
    create policy service on tasks for all to service_role using (true) with check (true);`,
  "a restrictive policy that is always true is open": `${TASKS} ${OWN}
    create policy floor on tasks as restrictive for all to authenticated using (true);`,
  "a policy for a role that owns nothing needs FORCE": `${TASKS} ${OWN} alter table tasks no force row level security;`,
};

/** The policy of every text, open to whoever is signed in. */
const spoilt = (text: string): string => text.replaceAll(MINE, "(select auth.uid()) is not null");

async function saidOf(text: string): Promise<string[]> {
  const [project] = await buildProjectFromTexts([{ path: "supabase/migrations/1_init.sql", text }]);
  const said = (await findingsIn(project!)).filter(({ severity }) => severity !== "info");
  return said.map(({ rule, message }) => `${rule}: ${message}`);
}

describe("what is said of row-level security and is not so", () => {
  for (const [claim, text] of Object.entries(CLAIMS))
    it(claim, async () => {
      assert.deepEqual(await saidOf(text), []);
      assert.match((await saidOf(spoilt(text))).join("\n"), /policy-unbound/);
    });
});
