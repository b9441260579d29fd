import * as vscode from "vscode";
import type { FindingOverview, FolderOverview } from "../protocol/requests.ts";
import { severityIcon } from "./items.ts";
import type { OverviewSource } from "./overview.ts";
import { findingItem } from "./tables-tree.ts";

type FindingNode =
  | { readonly kind: "less"; readonly sentence: string }
  | { readonly kind: "category"; readonly name: string; readonly count: number }
  | { readonly kind: "finding"; readonly finding: FindingOverview };

/** Findings by category, with the score above them. */
export class FindingsTree implements vscode.TreeDataProvider<FindingNode> {
  readonly #overview: OverviewSource;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(overview: OverviewSource) {
    this.#overview = overview;
  }

  register(): vscode.Disposable {
    const view = vscode.window.createTreeView("rowguard.findings", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    const listener = this.#overview.onChange(({ folders }) => {
      // A message is one line: breaks in it are lost.
      view.message = folders.map(messageOf).filter(Boolean).join(", ");
      this.#changed.fire(undefined);
    });
    const moved = this.#overview.onMoved(() => this.#changed.fire(undefined));
    return vscode.Disposable.from(view, listener, moved, this.#changed);
  }

  getChildren(node?: FindingNode): FindingNode[] | Promise<FindingNode[]> {
    if (node) return node.kind === "category" ? this.#findingsOf(node.name) : [];
    const less = this.#folders.flatMap(({ incomplete }) => incomplete);
    const counts = new Map<string, number>();
    for (const { category, count } of this.#folders.flatMap(({ findings }) => findings))
      counts.set(category, (counts.get(category) ?? 0) + count);
    return [
      ...less.map((sentence): FindingNode => ({ kind: "less", sentence })),
      ...[...counts].map(([name, count]): FindingNode => ({ kind: "category", name, count })),
    ];
  }

  async #findingsOf(category: string): Promise<FindingNode[]> {
    const asked = this.#folders.map(({ uri }) => this.#overview.findings({ folder: uri, category }));
    return (await Promise.all(asked)).flat().map((finding) => ({ kind: "finding", finding }));
  }

  getTreeItem(node: FindingNode): vscode.TreeItem {
    if (node.kind === "finding") return findingItem(node.finding);
    if (node.kind === "less") return lessItem(node.sentence);
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const made = new vscode.TreeItem(node.name, node.count > MANY ? Collapsed : Expanded);
    made.description = [`${node.count}`, this.#scoreOf(node.name)].filter(Boolean).join(", ");
    return made;
  }

  get #folders(): readonly FolderOverview[] {
    return this.#overview.current?.folders ?? [];
  }

  /** Of one folder; of several, each has its own. */
  #scoreOf(category: string): string {
    const [folder, ...others] = this.#folders;
    const line = others.length ? undefined : folder?.categories.find(({ name }) => name === category);
    return line ? `${Math.floor(line.share * 100)} of 100` : "";
  }
}

/** More than these are for who asks for them: the editor takes a list whole. */
const MANY = 500;

const messageOf = (
  { name, score, incomplete }: FolderOverview,
  _: number,
  all: readonly FolderOverview[],
): string => {
  if (score === undefined) return "";
  const of = all.length > 1 ? name : "Score";
  return `${of}: ${score} of 100${incomplete.length ? ", incomplete" : ""}`;
};

/** Why all of this is not the whole. */
function lessItem(sentence: string): vscode.TreeItem {
  const made = new vscode.TreeItem(sentence);
  made.iconPath = severityIcon("error");
  made.tooltip = sentence;
  made.command = { title: "Show Problems", command: "workbench.actions.view.problems" };
  return made;
}
