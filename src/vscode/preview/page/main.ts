import "@vscode-elements/elements/dist/vscode-badge/index.js";
import "@vscode-elements/elements/dist/vscode-button/index.js";
import "@vscode-elements/elements/dist/vscode-progress-bar/index.js";
import "@vscode-elements/elements/dist/vscode-tabs/index.js";
import "@vscode-elements/elements/dist/vscode-tab-header/index.js";
import "@vscode-elements/elements/dist/vscode-tab-panel/index.js";
import type { FromPage, PanelState, Plan, ToPage } from "../messages.ts";
import { button, make } from "./dom.ts";
import { createEditor } from "./editor.ts";
import { type Results, showResults } from "./results.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  setState(state: { query: string }): void;
  getState(): { query: string } | undefined;
};

const editor = acquireVsCodeApi();
const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")!.nonce;
const statement = createEditor(nonce, () => run(false));

const connection = button("Connection", () => editor.postMessage({ kind: "connection" }), {
  secondary: true,
});
const identities = button("As", () => editor.postMessage({ kind: "identities" }), { secondary: true });
const runs = button("Run", () => run(false), { title: "Run (Ctrl+Enter)" });
const cancel = button("Cancel", () => editor.postMessage({ kind: "cancel" }), {
  secondary: true,
  hidden: true,
});
const status = make("p", { class: "status-line", role: "status" });
const progress = make("vscode-progress-bar", { "aria-label": "Working", hidden: true });
const power = make("p", { class: "power", hidden: true });
const problem = make("p", { class: "problem", role: "alert", hidden: true });
const notes = make("details", { class: "notes", hidden: true });
const rows = make("div", { class: "rows" });
const plans = make("div", { class: "plans" });

let results: Results | undefined;
let preview: number | undefined;

const main = make(
  "main",
  {},
  make("h1", { class: "unseen" }, "Preview"),
  make(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Preview" },
    connection,
    identities,
    make("span", { class: "space" }),
    button("History", () => editor.postMessage({ kind: "history" }), { secondary: true }),
    button("Export", () => editor.postMessage({ kind: "export" }), { secondary: true }),
    cancel,
    runs,
  ),
  power,
  statement.element,
  progress,
  problem,
  status,
  notes,
  make(
    "vscode-tabs",
    { panel: true },
    make("vscode-tab-header", { slot: "header" }, "Rows"),
    make("vscode-tab-panel", {}, rows),
    make("vscode-tab-header", { slot: "header" }, "Plan"),
    make("vscode-tab-panel", {}, plans),
  ),
);
document.body.append(main);

/** Says what would be shown here. */
function clear(): void {
  results = undefined;
  preview = undefined;
  rows.replaceChildren(make("p", { class: "empty" }, "Run a statement to see its rows as each of them."));
  plans.replaceChildren(
    button("Measure", plan),
    make("p", { class: "empty" }, "Runs the statement several times: as each of them, and without policies."),
  );
}

function run(all: boolean): void {
  const query = statement.text();
  if (!query) return;
  editor.setState({ query });
  editor.postMessage({ kind: "run", query, all });
}

function plan(): void {
  const query = statement.text();
  if (query) editor.postMessage({ kind: "plan", query });
}

function showState(state: PanelState): void {
  connection.textContent = state.connection;
  connection.setAttribute("aria-label", `Connection: ${state.connection}`);
  const names = state.identities.join(", ") || "nobody yet";
  identities.textContent = `As ${names}`;
  identities.setAttribute("aria-label", `As ${names}: choose identities`);
  power.textContent = state.power;
  power.hidden = state.power === null;
  power.classList.toggle("powerful", state.powerful);
  problem.textContent = state.problem;
  problem.hidden = state.problem === null;
  status.textContent = state.busy ?? "";
  progress.hidden = state.busy === null;
  cancel.hidden = state.busy === null;
  runs.hidden = state.busy !== null;
  notes.hidden = !state.notes.length;
  notes.replaceChildren(
    make(
      "summary",
      {},
      state.notes.length === 1 ? "1 note on this database" : `${state.notes.length} notes on this database`,
    ),
    make("ul", {}, ...state.notes.map((note) => make("li", {}, note))),
  );
  statement.know(state.relations);
}

function showPlans(all: readonly Plan[]): void {
  const cards = all.map((measured) => {
    const { identity } = measured;
    return make(
      "section",
      { class: "card", "aria-label": `Plan of ${identity}` },
      make("header", {}, make("h2", {}, identity)),
      make("p", { class: "counts" }, "problem" in measured ? measured.problem : describeCost(measured)),
      "plan" in measured && make("pre", { tabindex: 0, "aria-label": `Plan of ${identity}` }, measured.plan),
    );
  });
  plans.replaceChildren(
    button("Measure again", plan, { secondary: true }),
    make("div", { class: "cards" }, ...cards),
  );
}

function describeCost({ time, without, rounds }: Extract<Plan, { plan: string }>): string {
  if (without === null)
    return `${time.toFixed(1)} ms; this login cannot read past policies, so their cost is not known.`;
  const sum = `${time.toFixed(1)} ms, ${without.toFixed(1)} ms without policies (median of ${rounds} each, in turns)`;
  const cost = time - without;
  return cost >= 0.1
    ? `Policies cost ${cost.toFixed(1)} ms: ${sum}.`
    : `Policies cost nothing that can be measured: ${sum}.`;
}

const TAKE: { readonly [Kind in ToPage["kind"]]: (message: Extract<ToPage, { kind: Kind }>) => void } = {
  state: ({ state }) => showState(state),
  query({ text, offset, run: runs }) {
    statement.show(text, offset);
    statement.focus();
    if (runs) run(false);
  },
  clear,
  results(message) {
    preview = message.preview;
    results = showResults(message.results, {
      rows: (result, from, count) =>
        editor.postMessage({ kind: "rows", preview: message.preview, result, from, count }),
      all: () => run(true),
    });
    rows.replaceChildren(results.element);
    const words = message.results.map(
      ({ identity, status, kept }) => `${identity}: ${status === "ok" ? `${kept} rows` : status}`,
    );
    status.textContent = words.join(", ");
  },
  rows(message) {
    if (message.preview === preview) results?.take(message.result, message.from, message.page);
  },
  plans: (message) => showPlans(message.plans),
};

clear();
window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => TAKE[data.kind]?.(data as never));
statement.show(editor.getState()?.query ?? "", 0);
editor.postMessage({ kind: "ready" });
