import type { Platform } from "./platform.ts";
import { postgresSql } from "./sql.generated.ts";

/** PostgreSQL as it comes: no client roles but those the project makes, and callers named by settings. */
export const postgres: Platform = {
  id: "postgres",
  name: "PostgreSQL",
  clientRoles: [],
  bypassRoles: ["postgres"],
  migrationRole: "postgres",
  exposedSchemas: [],
  ownSchemas: ["pg_catalog", "information_schema"],
  clientsUseApi: false,
  sql: postgresSql,
  callerFunctions: [],
  callerId: [],
  anonymousConstants: {},
  callerIdType: "text",
  callerSettings: [
    "app.",
    "request.",
    "jwt.",
    "auth.",
    "rls.",
    "tenant.",
    "session.",
    "user.",
    "my.",
    "myapp.",
  ],
};
