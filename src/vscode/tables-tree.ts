import * as vscode from "vscode";
import type {
  FindingOverview,
  FolderOverview,
  Overview,
  PolicyOverview,
  SchemaOverview,
  ScopeOverview,
  TableDetails,
  TableOverview,
  TableWanted,
} from "../protocol/requests.ts";
import { openTarget, severityIcon } from "./items.ts";
import type { OverviewSource } from "./overview.ts";

export type TableNode =
  | { readonly kind: "folder"; readonly folder: FolderOverview }
  | { readonly kind: "schema"; readonly folder: string; readonly schema: SchemaOverview }
  | { readonly kind: "table"; readonly wanted: TableWanted; readonly table: TableOverview }
  | { readonly kind: "switch"; readonly table: TableOverview }
  | {
      readonly kind: "scope";
      readonly wanted: TableWanted;
      readonly table: TableOverview;
      readonly scope: ScopeOverview;
    }
  | { readonly kind: "policy"; readonly policy: PolicyOverview; readonly table: TableOverview }
  | { readonly kind: "finding"; readonly finding: FindingOverview };

type TableAlone = Extract<TableNode, { kind: "table" }>;

/** Schema, table, then its switch, policies and findings; tables with problems first. */
export class TablesTree implements vscode.TreeDataProvider<TableNode> {
  readonly #overview: OverviewSource;
  readonly #changed = new vscode.EventEmitter<TableNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  /** Tables of which more was asked for: these alone say where something stands. */
  #opened = new Set<TableAlone>();
  #filter = "";
  #view: vscode.TreeView<TableNode> | undefined;

  constructor(overview: OverviewSource) {
    this.#overview = overview;
  }

  register(): vscode.Disposable {
    const view = vscode.window.createTreeView("rowguard.tables", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#view = view;
    this.setFilter("");
    const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.setFilter(this.#filter));
    const listener = this.#overview.onChange((now) => {
      view.badge = badgeOf(now);
      this.#showAll();
    });
    const moved = this.#overview.onMoved(() => this.#changed.fire([...this.#opened]));
    return vscode.Disposable.from(view, listener, moved, trust, this.#changed);
  }

  #showAll(): void {
    this.#opened = new Set();
    this.#changed.fire(undefined);
  }

  /** Shows only tables whose name contains the text; an empty text shows all. */
  setFilter(text: string): void {
    this.#filter = text.toLowerCase();
    const restricted = "This workspace is not trusted: files are read and checked, and nothing else is done.";
    if (this.#view)
      this.#view.message = [
        vscode.workspace.isTrusted ? "" : restricted,
        text ? `Tables with "${text}" in their name` : "",
      ]
        .filter(Boolean)
        .join(" ");
    this.#showAll();
  }

  getChildren(node?: TableNode): TableNode[] | Promise<TableNode[]> {
    if (!node) return this.#roots();
    switch (node.kind) {
      case "folder":
        return schemasOf(node.folder);
      case "schema": {
        const { folder, schema } = node;
        return sorted(this.#shown(schema)).map((table) => {
          const wanted = { folder, database: schema.database, key: table.key };
          return { kind: "table", wanted, table };
        });
      }
      case "table":
        return this.#partsOf(node);
      default:
        return [];
    }
  }

  async #partsOf(node: TableAlone): Promise<TableNode[]> {
    this.#opened.add(node);
    const details = await this.#overview.table(node.wanted);
    return details ? partsOf(node, details) : [];
  }

  getTreeItem(node: TableNode): vscode.TreeItem {
    switch (node.kind) {
      case "folder":
        return new vscode.TreeItem(node.folder.name, vscode.TreeItemCollapsibleState.Expanded);
      case "schema":
        return item(
          node.schema.name,
          vscode.TreeItemCollapsibleState.Expanded,
          "symbol-namespace",
          counted(this.#shown(node.schema).length, node.schema.tables.length),
        );
      case "table":
        return tableItem(node.table);
      case "switch":
        return switchItem(node.table);
      case "scope":
        return scopeItem(node);
      case "policy":
        return policyItem(node.policy);
      case "finding":
        return findingItem(node.finding);
    }
  }

  /** Where a table stands is asked for when it is opened; the editor's own command knows whether to move the focus. */
  async resolveTreeItem(made: vscode.TreeItem, node: TableNode): Promise<vscode.TreeItem> {
    if (node.kind !== "table") return made;
    this.#opened.add(node);
    const place = (await this.#overview.table(node.wanted))?.place;
    if (place) made.command = openTarget(place);
    return made;
  }

  #shown({ tables }: SchemaOverview): TableOverview[] {
    return tables.filter(({ key }) => key.toLowerCase().includes(this.#filter));
  }

  #roots(): TableNode[] {
    const folders = (this.#overview.current?.folders ?? []).filter(({ schemas }) => schemas.length);
    if (folders.length === 1) return schemasOf(folders[0]!);
    return folders.map((folder) => ({ kind: "folder", folder }));
  }
}

const schemasOf = ({ uri, schemas }: FolderOverview): TableNode[] =>
  schemas.map((schema) => ({ kind: "schema", folder: uri, schema }));

const counted = (shown: number, all: number): string =>
  `${shown === all ? "" : `${shown} of `}${all} ${all === 1 ? "table" : "tables"}`;

function badgeOf({ folders }: Overview): vscode.ViewBadge | undefined {
  const tables = folders.flatMap(({ schemas }) => schemas.flatMap((schema) => schema.tables));
  const value = tables.filter(({ worst }) => worst === "error").length;
  return value ? { value, tooltip: `${value} tables with errors` } : undefined;
}

const RANK = { error: 0, warning: 1, info: 2 } as const;
const rankOf = ({ worst }: TableOverview): number => (worst ? RANK[worst] : 3);

const sorted = (tables: readonly TableOverview[]): TableOverview[] =>
  [...tables].sort((a, b) => rankOf(a) - rankOf(b) || compareNames(a.name, b.name));

const compareNames = new Intl.Collator().compare;

const partsOf = ({ wanted, table }: TableAlone, details: TableDetails): TableNode[] => [
  { kind: "switch", table },
  { kind: "scope", wanted, table, scope: details.scope },
  ...details.policies.map((policy): TableNode => ({ kind: "policy", policy, table })),
  ...details.findings.map((finding): TableNode => ({ kind: "finding", finding })),
];

function tableItem(table: TableOverview): vscode.TreeItem {
  const count = table.policies;
  const made = item(
    table.name,
    vscode.TreeItemCollapsibleState.Collapsed,
    undefined,
    `${stateOf(table)}, ${count} ${count === 1 ? "policy" : "policies"}`,
  );
  made.iconPath = table.worst
    ? severityIcon(table.worst)
    : new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed"));
  made.contextValue = "table";
  made.tooltip = `${table.key}: ${stateOf(table)}. ${SCOPES[table.scope][0]}.`;
  return made;
}

const stateOf = (table: TableOverview): string =>
  table.uncertain
    ? "RLS known when run"
    : table.rowSecurity
      ? table.forced
        ? "RLS forced"
        : "RLS on"
      : "RLS off";

const switchItem = (table: TableOverview): vscode.TreeItem =>
  item(
    `Row-level security ${table.rowSecurity ? "on" : "off"}`,
    vscode.TreeItemCollapsibleState.None,
    table.rowSecurity ? "lock" : "unlock",
    table.forced ? "forced" : "",
  );

const SCOPES: Readonly<Record<ScopeOverview["kind"], readonly [label: string, icon: string]>> = {
  tenant: ["Rows of a tenant", "organization"],
  user: ["Rows of one user", "person"],
  public: ["Rows for everyone", "globe"],
  service: ["Rows for the service only", "server"],
  unknown: ["Whose rows is not known", "question"],
};

/** Whose rows these are; a click asks for another answer. */
function scopeItem({ wanted, scope }: Extract<TableNode, { kind: "scope" }>): vscode.TreeItem {
  const [label, icon] = SCOPES[scope.kind];
  const made = item(label, vscode.TreeItemCollapsibleState.None, icon, scope.path);
  made.tooltip = [scope.words, ...scope.reasons].join("\n");
  made.accessibilityInformation = { label: scope.path ? `${label}, by ${scope.path}` : label };
  made.contextValue = "scope";
  made.command = { title: "Set Scope", command: "rowguard.setScope", arguments: [wanted] };
  return made;
}

function policyItem(policy: PolicyOverview): vscode.TreeItem {
  const kind = policy.permissive ? "" : "restrictive, ";
  const made = item(
    policy.name,
    vscode.TreeItemCollapsibleState.None,
    policy.refused ? "error" : "key",
    `${kind}${policy.command} to ${policy.roles.join(", ")}`,
  );
  made.command = openTarget(policy.place);
  if (policy.refused) made.tooltip = policy.refused;
  made.contextValue = "policy";
  return made;
}

export function findingItem(finding: FindingOverview): vscode.TreeItem {
  const made = new vscode.TreeItem(finding.message);
  made.iconPath = severityIcon(finding.severity);
  made.description = finding.rule;
  made.tooltip = `${finding.message}\n${finding.rule}${finding.fix ? `\nFix: ${finding.fix}` : ""}`;
  made.command = openTarget(finding.place);
  made.contextValue = finding.fix ? "finding.fixable" : "finding";
  return made;
}

function item(
  label: string,
  state: vscode.TreeItemCollapsibleState,
  icon?: string,
  description = "",
): vscode.TreeItem {
  const made = new vscode.TreeItem(label, state);
  if (icon) made.iconPath = new vscode.ThemeIcon(icon);
  made.description = description;
  return made;
}
