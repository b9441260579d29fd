import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { type Baseline, readBaseline } from "../lint/baseline.ts";
import type { Configuration } from "../lint/configuration.ts";
import { readConfiguration } from "../lint/read-configuration.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import type { SourceText } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";
import { explain } from "./discover/walk.ts";
import type { FactStore } from "./facts/fact-store.ts";
import type { WorkspaceOptions } from "./workspace.ts";

export const CONFIGURATION = "rowguard.config.json";

/** What `rowguard.config.json` and the baseline it names say. */
export interface Settled {
  readonly configuration: Configuration;
  readonly registry: readonly RegisteredRule[];
  readonly baseline?: Baseline;
}

/** The configuration of a workspace: the same object as long as its text and its baseline's are the same. */
export class Configured {
  readonly #root: string;
  readonly #store: FactStore;
  readonly #path: string;
  /** A baseline that stands in place of the configuration's. */
  readonly #baselinePath: string | undefined;
  #last: { readonly of: readonly (string | undefined)[]; readonly settled: Settled } | undefined;

  constructor(root: string, store: FactStore, { configPath, baselinePath }: WorkspaceOptions) {
    this.#root = root;
    this.#store = store;
    this.#path = configPath === undefined ? CONFIGURATION : pathFrom(root, configPath);
    this.#baselinePath = baselinePath && pathFrom(root, baselinePath);
  }

  async read(): Promise<Settled> {
    const text = this.#textOf(this.#path);
    const known = this.#last && [text, this.#baselineText(this.#last.settled.configuration)];
    if (this.#last && known?.every((each, i) => each === this.#last!.of[i])) return this.#last.settled;
    const settled = await this.#settle(text);
    this.#last = { of: [text, this.#baselineText(settled.configuration)], settled };
    return settled;
  }

  /** The text of the configuration or the baseline, which may lie outside the folder; undefined for any other path. */
  text(path: string): string | undefined {
    const baseline = this.#baselinePath ?? this.#last?.settled.configuration.baseline;
    return path === this.#path || path === baseline ? this.#textOf(path) : undefined;
  }

  async #settle(text: string | undefined): Promise<Settled> {
    const { registry } = await import("../rules/registry.generated.ts");
    const source = text === undefined ? undefined : { path: this.#path, text };
    const configuration = await readConfiguration(source, registry);
    const path = this.#baselinePath ?? configuration.baseline;
    const baseline = path === undefined ? undefined : this.#readBaseline(path);
    if (typeof baseline !== "string") return { configuration, registry, ...(baseline && { baseline }) };
    const place =
      this.#baselinePath || !source ? { path: path!, span: { start: 0, end: 0 } } : placeOfBaseline(source);
    const message = `The baseline "${path}" counts as empty: ${baseline}.`;
    const problems = [...configuration.problems, { place, key: "baseline", message }];
    return { configuration: { ...configuration, problems }, registry };
  }

  #baselineText({ baseline }: Configuration): string | undefined {
    const path = this.#baselinePath ?? baseline;
    return path === undefined ? undefined : this.#textOf(path);
  }

  /** The baseline, or why there is none. */
  #readBaseline(path: string): Baseline | string {
    const text = this.#textOf(path);
    if (text === undefined) return "there is no such file";
    const read = readBaseline(text);
    return "error" in read ? String(read.error) : read;
  }

  /** An open editor's text first; a configuration may lie outside the folder. */
  #textOf(path: string): string | undefined {
    const open = this.#store.openText(path);
    if (open !== undefined) return open;
    const file = isAbsolute(path) ? path : join(this.#root, path);
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      // A file that is there and cannot be read is a broken configuration, not a missing one.
      return existsSync(file) ? `/* ${explain(error)} */` : undefined;
    }
  }
}

function placeOfBaseline({ path, text }: SourceText): Place {
  const root = parseTree(text);
  const node = root && findNodeAtLocation(root, ["baseline"]);
  return { path, span: node ? { start: node.offset, end: node.offset + node.length } : { start: 0, end: 0 } };
}

/** As the workspace names its files. */
const pathFrom = (root: string, path: string): string =>
  relative(root, resolve(root, path)).split(sep).join("/");
