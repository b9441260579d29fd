import * as vscode from "vscode";
import type { FindingOverview, FolderOverview } from "../protocol/requests.ts";
import type { OverviewSource } from "./overview.ts";
import { findingItem } from "./tables-tree.ts";

type FindingNode =
  | { readonly kind: "category"; readonly name: string; readonly findings: readonly FindingOverview[] }
  | { readonly kind: "finding"; readonly finding: FindingOverview };

/** Findings by category, with the score above them. */
export class FindingsTree implements vscode.TreeDataProvider<FindingNode> {
  readonly #overview: OverviewSource;
  readonly #changed = new vscode.EventEmitter<void>();
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
      this.#changed.fire();
    });
    return vscode.Disposable.from(view, listener, this.#changed);
  }

  getChildren(node?: FindingNode): FindingNode[] {
    if (node)
      return node.kind === "category" ? node.findings.map((finding) => ({ kind: "finding", finding })) : [];
    const groups = new Map<string, FindingOverview[]>();
    for (const finding of (this.#overview.current?.folders ?? []).flatMap(({ findings }) => findings))
      groups.set(finding.category, [...(groups.get(finding.category) ?? []), finding]);
    return [...groups].map(([name, findings]) => ({ kind: "category", name, findings }));
  }

  getTreeItem(node: FindingNode): vscode.TreeItem {
    if (node.kind === "finding") return findingItem(node.finding);
    const made = new vscode.TreeItem(node.name, vscode.TreeItemCollapsibleState.Expanded);
    made.description = [`${node.findings.length}`, this.#scoreOf(node.name)].filter(Boolean).join(", ");
    return made;
  }

  /** Of one folder; of several, each has its own. */
  #scoreOf(category: string): string {
    const [folder, ...others] = this.#overview.current?.folders ?? [];
    const line = others.length ? undefined : folder?.categories.find(({ name }) => name === category);
    return line ? `${Math.floor(line.share * 100)} of 100` : "";
  }
}

const messageOf = ({ name, score }: FolderOverview, _: number, all: readonly FolderOverview[]): string =>
  score === undefined ? "" : all.length > 1 ? `${name}: ${score} of 100` : `Score: ${score} of 100`;
