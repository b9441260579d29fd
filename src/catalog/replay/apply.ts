import type { Statement } from "../../source/sql/statement.ts";
import { alterTable } from "./alter-table.ts";
import { callCreateBucket, deleteBuckets, insertBuckets, updateBuckets } from "./bucket.ts";
import { applyComment } from "./comment.ts";
import { createTable, createTableAs } from "./create-table.ts";
import { alterDefaultPrivileges } from "./default-privilege.ts";
import { applyDrop } from "./drop.ts";
import { alterFunction, createFunction } from "./function.ts";
import { applyGrant } from "./grant.ts";
import { createIndex } from "./index-of-table.ts";
import { applyOwner } from "./owner.ts";
import { alterPolicy, createPolicy } from "./policy.ts";
import { alterPublication, createPublication } from "./publication.ts";
import { applyRename, applySetSchema } from "./rename.ts";
import { alterRole, alterSetting, createRole, grantRole } from "./role.ts";
import {
  alterEnum,
  createComposite,
  createDomain,
  createEnum,
  createExtension,
  createSchema,
  createSequence,
  createType,
} from "./schema.ts";
import { applySet, applySetConfig } from "./setting.ts";
import type { Step } from "./state.ts";
import { createEventTrigger, createRule, createTrigger } from "./trigger.ts";
import { noteCalls, noteUnresolved } from "./unresolved.ts";
import { createView } from "./view.ts";

type Appliers = {
  readonly [Kind in Statement["kind"]]: (step: Step, statement: Extract<Statement, { kind: Kind }>) => void;
};

const nothing = (): void => undefined;

const APPLIERS: Appliers = {
  "create-schema": (step, statement) => {
    createSchema(step, statement);
    applyInSchema(step, statement.name, statement.statements);
  },
  "create-extension": createExtension,
  "create-enum": createEnum,
  "alter-enum": alterEnum,
  "create-domain": createDomain,
  "create-type": createType,
  "create-composite": createComposite,
  "create-sequence": createSequence,
  set: applySet,
  transaction: nothing,
  "create-role": createRole,
  "alter-role": alterRole,
  "alter-setting": alterSetting,
  "grant-role": grantRole,
  "create-table": createTable,
  "create-table-as": createTableAs,
  "alter-table": alterTable,
  "create-index": createIndex,
  rename: applyRename,
  "set-schema": applySetSchema,
  owner: applyOwner,
  drop: applyDrop,
  "create-policy": createPolicy,
  "alter-policy": alterPolicy,
  "create-function": createFunction,
  "alter-function": alterFunction,
  "create-trigger": createTrigger,
  "create-rule": createRule,
  "create-event-trigger": createEventTrigger,
  "create-view": createView,
  grant: applyGrant,
  "default-privileges": alterDefaultPrivileges,
  "create-publication": createPublication,
  "alter-publication": alterPublication,
  insert: insertBuckets,
  update: updateBuckets,
  delete: deleteBuckets,
  select: (step, { query }) => {
    applySetConfig(step, query);
    callCreateBucket(step, query);
    noteCalls(step, query);
  },
  comment: applyComment,
  do: (step, { statements, unresolved }) => {
    applyStatements(step, statements);
    for (const each of unresolved) noteUnresolved(step, each);
  },
  truncate: nothing,
  other: nothing,
};

/** Applies one statement to the state of its step. */
export function applyStatement(step: Step, statement: Statement): void {
  const conditional = step.conditional || statement.conditional === true;
  const { state, path, text, outside, options } = step;
  const place = { path, span: statement.span };
  const here: Step = { state, path, text, place, conditional, outside, options };
  (APPLIERS[statement.kind] as (step: Step, statement: Statement) => void)(here, statement);
}

function applyStatements(step: Step, statements: readonly Statement[]): void {
  for (const statement of statements) applyStatement(step, statement);
}

/** The elements of CREATE SCHEMA are made in it. */
function applyInSchema(step: Step, schema: string, statements: readonly Statement[]): void {
  if (!statements.length) return;
  const { session } = step.state;
  const before = session.searchPath;
  session.searchPath = [schema, ...before.filter((each) => each !== schema)];
  applyStatements(step, statements);
  session.searchPath = before;
}
