import type { Clause, Draft, PolicyDraft } from "./draft.ts";
import type { Slip } from "./style.ts";

export interface Mutant {
  readonly operator: string;
  /** The policy or function that was changed. */
  readonly where: string;
  readonly draft: Draft;
}

type Operator = (draft: Draft) => Iterable<Omit<Mutant, "operator">>;

/** Every clause of every policy, once with each of what `change` makes of it. */
const onClauses = (change: (clause: Clause, draft: Draft) => Iterable<Clause>): Operator =>
  function* (draft) {
    for (const policy of draft.policies)
      for (const kind of ["using", "check"] as const) {
        const clause = policy[kind];
        if (!clause) continue;
        for (const changed of change(clause, draft))
          yield replaced(draft, policy, { ...policy, [kind]: changed }, kind);
      }
  };

const onPolicies = (change: (policy: PolicyDraft, draft: Draft) => Iterable<PolicyDraft>): Operator =>
  function* (draft) {
    for (const policy of draft.policies)
      for (const changed of change(policy, draft)) yield replaced(draft, policy, changed, "");
  };

const replaced = (draft: Draft, old: PolicyDraft, changed: PolicyDraft, kind: string) => ({
  where: `${old.name} ${kind}`.trim(),
  draft: { ...draft, policies: draft.policies.map((each) => (each === old ? changed : each)) },
});

/** Whole conditions in place of the one that binds. */
const inPlaceOfBound = (write: (draft: Draft) => string): Operator =>
  onClauses(function* (clause, draft) {
    const { bound } = draft.style;
    if (clause.includes(bound)) yield clause.map((part) => (part === bound ? write(draft) : part));
  });

/** By name; a style's own slips come beside these. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  "dropped conjunct": onClauses(function* (clause) {
    for (const gone of clause) yield clause.filter((part) => part !== gone);
  }),
  "or true": onClauses(function* (clause) {
    yield [`(${clause.join(" and ")}) or true`];
  }),
  tautology: inPlaceOfBound(({ style }) => `${style.column} = ${style.column}`),
  "not null": inPlaceOfBound(({ style }) => `${style.column} is not null`),
  "caller may be missing": inPlaceOfBound(({ style }) => `(${style.caller} is null or ${style.bound})`),
  "condition that may be null": inPlaceOfBound(({ style }) => `coalesce(${style.bound}, true)`),
  "same in other words": onClauses(function* (clause, { style: { bound, column } }) {
    if (!clause.includes(bound)) return;
    const ways = [
      `(${bound}) is true`,
      `coalesce(${bound}, false)`,
      `not (not (${bound}))`,
      `case when ${bound} then true else false end`,
      `(${bound} and ${column} is not null)`,
      `(${column} is null or ${bound})`,
    ];
    for (const way of ways) yield clause.map((part) => (part === bound ? way : part));
  }),
  "bypass by a setting": inPlaceOfBound(({ style }) =>
    style.platform === "postgres"
      ? `(current_setting('app.bypass', true) = 'on' or ${style.bound})`
      : style.bound,
  ),
  "precedence slip": onClauses(function* (clause) {
    const joined = clause.join(" and ");
    if (clause.length > 1) yield [joined.replace(/\((status = [^()]*)\)/, "$1")];
    yield [`${joined} or title is null`];
  }),
  "own author enough": inPlaceOfBound(({ style }) =>
    style.platform === "supabase" ? "created_by = (select auth.uid())" : style.bound,
  ),
  "missing check": onPolicies(function* ({ check, ...policy }) {
    if (check) yield policy;
  }),
  "missing using": onPolicies(function* ({ using, ...policy }) {
    if (using) yield policy;
  }),
  "looser check": onPolicies(function* (policy, { style }) {
    if (policy.command !== "update" && policy.command !== "all") return;
    yield { ...policy, check: ["true"] };
    yield { ...policy, check: [`${style.column} is not null`] };
    yield { ...policy, check: [`${style.caller} is not null`] };
  }),
  "dropped TO": onPolicies(function* ({ role, ...policy }) {
    if (role) yield policy;
  }),
  "role of anon": onPolicies(function* (policy, { style }) {
    if (style.platform === "supabase") yield { ...policy, role: "anon, authenticated" };
  }),
  "widened command": onPolicies(function* ({ check, ...policy }) {
    const using = policy.using ?? check;
    if (policy.command !== "all") yield { ...policy, command: "all", using };
  }),
  "restrictive made permissive": onPolicies(function* ({ restrictive, ...policy }) {
    if (restrictive) yield policy;
  }),
  "dropped policy": function* (draft) {
    for (const policy of draft.policies)
      yield {
        where: policy.name,
        draft: { ...draft, policies: draft.policies.filter((each) => each !== policy) },
      };
  },
  "removed FORCE": (draft) => withoutSwitch(draft, "force"),
  "disabled switch": (draft) => withoutSwitch(draft, "enable"),
  "second policy": function* (draft) {
    const { role } = draft.style;
    for (const using of ["true", `${draft.style.caller} is not null`])
      for (const command of ["select", "update", "delete"] as const) {
        const more = { name: "second", table: "tasks", command, role, using: [using] };
        yield { where: "second", draft: { ...draft, policies: [...draft.policies, more] } };
      }
  },
  "membership self-join": function* (draft) {
    if (!draft.style.schema.includes("create table memberships")) return;
    for (const check of ["user_id = (select auth.uid())", "true", "(select auth.uid()) is not null"]) {
      const joins = `create policy memberships_insert on memberships for insert to authenticated with check (${check});`;
      yield { where: "memberships", draft: { ...draft, more: [joins] } };
    }
  },
  "self-raise": function* (draft) {
    if (!draft.style.schema.includes("create table profiles")) return;
    for (const using of ["id = (select auth.uid())", "true"]) {
      const raise = `create policy profiles_update on profiles for update to authenticated using (${using});`;
      yield { where: "profiles", draft: { ...draft, more: [raise] } };
    }
  },
  "read by everybody": function* (draft) {
    if (draft.style.platform === "postgres") return;
    const more = { name: "shown", table: "tasks", command: "select", role: "anon", using: ["true"] } as const;
    yield { where: "shown", draft: { ...draft, policies: [...draft.policies, more] } };
  },
  "definer view": function* (draft) {
    for (const where of ["true", `${draft.style.caller} is not null`, "title is not null", ofRow(draft)])
      yield* beside(draft, `create view open_tasks as select * from tasks where ${where};`);
  },
  "view that is written": function* (draft) {
    const own = `select * from tasks where ${ofRow(draft)}`;
    const all = "select, insert, update, delete";
    for (const [view, privileges] of [
      [`as ${own}`, all],
      [`as ${own}`, "select, update, delete"],
      [`as ${own}`, "select"],
      [`as ${own} with check option`, all],
      [`as ${own} with check option`, "select, update, delete"],
      [`as ${own} limit 100`, all],
      [`as select distinct * from tasks where ${ofRow(draft)}`, all],
      [`with (security_invoker = true) as ${own}`, all],
      [`as select id, title from tasks where ${ofRow(draft)}`, all],
    ])
      yield* beside(
        draft,
        `create view open_tasks ${view};
revoke all on open_tasks from public${draft.style.platform === "supabase" ? ", anon, authenticated" : ""};
grant ${privileges} on open_tasks to ${draft.style.role};`,
      );
  },
  "view over a view": function* (draft) {
    const invoker = "with (security_invoker = true)";
    for (const [inner, outer] of [
      ["", invoker],
      [invoker, ""],
      [invoker, invoker],
    ])
      yield* beside(
        draft,
        `create view inner_tasks ${inner} as select * from tasks;
grant select on inner_tasks to ${draft.style.role};
create view open_tasks ${outer} as select * from inner_tasks;`,
      );
  },
  "invoker view": (draft) =>
    beside(draft, "create view open_tasks with (security_invoker = true) as select * from tasks;"),
  "materialized view": (draft) =>
    beside(draft, "create materialized view open_tasks as select * from tasks;"),
  "copied table": (draft) => beside(draft, "create table open_tasks as select * from tasks;"),
  "definer function": function* (draft) {
    if (draft.style.platform === "postgres") return;
    const { caller } = draft.style;
    for (const mode of ["definer", "invoker"])
      for (const where of [
        "true",
        `${caller} is not null`,
        `(${ofRow(draft)} or title is null)`,
        ofRow(draft),
      ]) {
        const all = `create function all_tasks() returns setof tasks language sql stable security ${mode} set search_path = public, pg_temp as $$ select * from public.tasks where ${where} $$;`;
        yield { where: `all_tasks ${mode} where ${where}`, draft: { ...draft, more: [all] } };
      }
  },
};

/** The right condition, as it stands outside of policies. */
const ofRow = ({ style }: Draft): string => style.bound.replaceAll("ROW.", "tasks.");

/** Something else by which the rows of a table may be seen. */
function* beside(draft: Draft, statement: string) {
  // No rule counts the application's own role among clients yet, but for views.
  if (draft.style.platform === "postgres" && !statement.includes("create view")) return;
  const grant = draft.style.platform === "postgres" ? "\ngrant select on open_tasks to app;" : "";
  yield { where: "open_tasks", draft: { ...draft, more: [`${statement}${grant}`] } };
}

function* withoutSwitch(draft: Draft, word: string) {
  for (const gone of draft.switches)
    if (gone.includes(` ${word} `))
      yield { where: gone, draft: { ...draft, switches: draft.switches.filter((each) => each !== gone) } };
}

const slipOperator = ({ bound, helpers }: Slip): Operator =>
  function* (draft) {
    const helped = { ...draft, helpers: { ...draft.helpers, ...helpers } };
    if (bound) yield* inPlaceOfBound(() => bound)(helped);
    else yield { where: Object.keys(helpers ?? {}).join(), draft: helped };
  };

export function* mutantsOf(draft: Draft): Iterable<Mutant> {
  const slips = draft.style.slips.map((slip) => [slip.operator, slipOperator(slip)] as const);
  for (const [operator, apply] of [...Object.entries(OPERATORS), ...slips])
    for (const mutant of apply(draft)) yield { operator, ...mutant };
}
