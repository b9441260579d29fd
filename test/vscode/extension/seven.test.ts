import assert from "node:assert/strict";
import * as vscode from "vscode";
import { finding, open, ruleOf, until } from "./workspace.ts";

interface Issue {
  readonly rule: string;
  readonly path: string;
  /** The text that is underlined. */
  readonly at: string;
  /** Where else it leads: a place that is listed below the finding, or the definition of what is underlined. */
  readonly leads: "related" | "definition";
  readonly to: string;
  readonly fix: string;
  /** The command that the fix is; a local one is an edit. */
  readonly command?: string;
}

const MEND = "rowguard.server.mend";

/** What the audit of the example found, in its order. */
const ISSUES: readonly Issue[] = [
  {
    rule: "prisma-model-unknown",
    path: "lib/notifications.ts",
    at: "notification",
    leads: "related",
    to: "lib/notifications.ts: notification",
    fix: "Draft the model Notification from how the code uses it",
    command: MEND,
  },
  {
    rule: "prisma-client-duplicate",
    path: "lib/db.ts",
    at: "new PrismaClient()",
    leads: "related",
    to: "lib/prisma.ts: new PrismaClient()",
    fix: "Import the client of lib/prisma.ts",
  },
  {
    rule: "realtime-table-unknown",
    path: "hooks/use-activity.ts",
    at: "ActivityLog",
    leads: "definition",
    to: "prisma/schema.prisma: ActivityLog",
    fix: "Listen to activity_logs",
  },
  {
    rule: "realtime-column-unknown",
    path: "hooks/use-activity.ts",
    at: "organizationId",
    leads: "related",
    to: 'prisma/migrations/20250602083000_activity_log/migration.sql: "organization_id"',
    fix: "Filter by organization_id",
  },
  {
    rule: "table-without-rls",
    path: "prisma/schema.prisma",
    at: "ActivityLog",
    leads: "related",
    to: 'prisma/migrations/20250602083000_activity_log/migration.sql: CREATE TABLE "activity_logs"',
    fix: "Protect activity_logs with policies",
    command: MEND,
  },
  {
    rule: "second-orm",
    path: "package.json",
    at: "drizzle-orm",
    leads: "related",
    to: "lib/queries/revenue.ts: reports",
    fix: "Show the 4 places that belong to it",
    command: "rowguard.showPlaces",
  },
  {
    rule: "bucket-without-policies",
    path: "supabase/migrations/20250303120000_storage_buckets.sql",
    at: "'attachments'",
    leads: "definition",
    to: "supabase/migrations/20250303120000_storage_buckets.sql: 'attachments'",
    fix: "Protect the bucket attachments with policies",
    command: MEND,
  },
  {
    rule: "environment-unvalidated",
    path: "app/api/webhooks/stripe/route.ts",
    at: "process.env.STRIPE_WEBHOOK_SECRET",
    leads: "related",
    to: "lib/stripe.ts: process.env.STRIPE_SECRET_KEY",
    fix: "Write a module that validates the environment",
    command: MEND,
  },
];

describe("the seven issues of the example", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  for (const issue of ISSUES)
    it(`${issue.rule}: underlined, led to its cause, and mended or offered`, async () => {
      const document = await open(issue.path);
      const found = await diagnosticOf(issue, document);
      assert.equal(document.getText(found.range), issue.at);
      const places = issue.leads === "related" ? relatedTo(found) : await definitionsOf(document, found);
      const texts = await Promise.all(places.map(textOf));
      assert.ok(
        texts.some((text) => text.startsWith(issue.to)),
        texts.join("\n"),
      );
      const action = await actionOf(issue, document, found);
      if (issue.command !== undefined) return offers(action, issue.command);
      await mends(action, issue, document);
    });
});

/** Of several in the file, the one at the text. */
const diagnosticOf = async ({ path, rule, at }: Issue, document: vscode.TextDocument) => {
  await finding(path, rule);
  return until(
    () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .find((each) => ruleOf(each) === rule && document.getText(each.range) === at),
    `${rule} at ${at}`,
  );
};

const relatedTo = ({ relatedInformation }: vscode.Diagnostic): vscode.Location[] =>
  (relatedInformation ?? []).map(({ location }) => location);

async function definitionsOf(document: vscode.TextDocument, { range }: vscode.Diagnostic) {
  const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
    "vscode.executeDefinitionProvider",
    document.uri,
    range.start.translate(0, 1),
  );
  return found.map((each) =>
    "targetUri" in each ? new vscode.Location(each.targetUri, each.targetRange) : each,
  );
}

/** The path within the workspace, and what stands there. */
async function textOf({ uri, range }: vscode.Location): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri);
  return `${vscode.workspace.asRelativePath(uri, false)}: ${document.getText(range)}`;
}

function actionOf({ fix }: Issue, document: vscode.TextDocument, { range }: vscode.Diagnostic) {
  return until(async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      range,
      "quickfix",
      20,
    );
    return actions.find(({ title }) => title === fix);
  }, fix);
}

/** What wants a trial or the user's word is a command; the one that only shows is carried out. */
async function offers({ edit, command }: vscode.CodeAction, name: string): Promise<void> {
  assert.equal(edit, undefined);
  assert.equal(command?.command, name);
  if (name === MEND) return;
  await vscode.commands.executeCommand(name, ...(command?.arguments ?? []));
  await vscode.commands.executeCommand("closeReferenceSearch");
}

async function mends(
  { edit }: vscode.CodeAction,
  issue: Issue,
  document: vscode.TextDocument,
): Promise<void> {
  const isThere = () =>
    vscode.languages
      .getDiagnostics(document.uri)
      .some((each) => ruleOf(each) === issue.rule && document.getText(each.range) === issue.at);
  assert.ok(edit);
  await vscode.workspace.applyEdit(edit);
  await until(() => !isThere(), `The end of ${issue.rule}`);
  await vscode.commands.executeCommand("workbench.action.files.revert");
  await until(isThere, `${issue.rule} again`);
}
