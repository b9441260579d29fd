import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { finding, noFinding, open, replace, until } from "./workspace.ts";

const PATH = "hooks/use-notifications.ts";

/** The server's process, a child of the extension host. */
const server = (): number | undefined => {
  const list = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const line = list
    .split("\n")
    .map((each) => each.trim().split(/\s+/))
    .find(([, parent, ...args]) => Number(parent) === process.pid && args.join(" ").includes("server.cjs"));
  return line && Number(line[0]);
};

/** All that the output channel shows; undefined where VS Code's server has no native logger, as when npm installs it. */
function output(): string | undefined {
  const data = process.env.ROWGUARD_DATA!;
  const files = readdirSync(data, { recursive: true, encoding: "utf8" });
  const log = files.find((name) => /(^|[/\\])Rowguard\.log$/.test(name));
  return log && readFileSync(join(data, log), "utf8");
}

/** Types a mistake and takes it back: the findings follow a server that lives. */
async function followsTyping(): Promise<void> {
  const document = await open(PATH);
  await finding(PATH, "realtime-table-unknown");
  await replace(document, '"Notification"', '"tasks"');
  await noFinding(PATH, "realtime-table-unknown");
  await replace(document, '"tasks"', '"Notification"');
  await finding(PATH, "realtime-table-unknown");
  await document.save();
}

async function crash(): Promise<void> {
  const process_ = await until(server, "The server");
  process.kill(process_, "SIGKILL");
  await until(() => server() !== process_, "The end of the server");
}

describe("the server", () => {
  it("writes its conversation to the output channel where the user wants it", async function () {
    const before = output();
    if (before === undefined) return this.skip();
    assert.doesNotMatch(before, /textDocument\/didChange/);
    const set = (value: unknown) =>
      vscode.workspace
        .getConfiguration("rowguard")
        .update("trace.server", value, vscode.ConfigurationTarget.Global);
    await set("messages");
    await followsTyping();
    await until(() => /textDocument\/didChange/.test(output()!), "The trace");
    await set(undefined);
  });

  it("is started again after a crash", async () => {
    await crash();
    await until(server, "Another server");
    await followsTyping();
  });

  it("stays away after five crashes in a row, until the user starts it", async () => {
    for (let n = 2; n <= 5; n++) await crash();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.equal(server(), undefined);
    await vscode.commands.executeCommand("rowguard.restartServer");
    await until(server, "The server that was asked for");
    await followsTyping();
  });
});
