import type { Project } from "../../project/project.ts";
import { type Client, QueryError } from "../client.ts";
import type { Identity } from "../session/identity.ts";
import { type SessionOptions, withIdentity } from "../session/session.ts";
import type { PreviewStatement } from "../session/statement.ts";
import { explainMissing } from "./missing.ts";
import type { PreviewResult } from "./result.ts";
import { explainWrites } from "./writes.ts";

/** What decides over a statement that PostgreSQL refused for want of a privilege, or by a policy. */
export async function explainRefusal(
  client: Client,
  identity: Identity,
  statement: PreviewStatement,
  options: SessionOptions,
  said: string | null,
  project?: Project,
): Promise<Partial<Pick<PreviewResult, "access" | "message">>> {
  try {
    const { value } = await withIdentity(client, identity, { ...options, write: false }, async (session) => {
      const missing = await explainMissing(session, statement, project);
      const access = await explainWrites(session, statement);
      return missing === undefined ? { access } : { access, message: `${said}. ${missing}` };
    });
    return value;
  } catch (error) {
    if (error instanceof QueryError) return {};
    throw error;
  }
}
