import { strict as assert } from "node:assert";
import type { Message, MessageWriter } from "vscode-languageclient/node";
import { PatientWriter } from "../../src/vscode/patient-writer.ts";

describe("the writer that lets others go first", () => {
  it("sends small messages at once", () => {
    const { writer, sent } = open();
    void writer.write(message("a"));
    void writer.write(message("b"));
    assert.deepEqual(sent, ["a", "b"]);
  });

  it("gives others their turn before a large document, opened or changed, and keeps the order", async () => {
    for (const params of [{ textDocument: { text: LARGE } }, { contentChanges: [{ text: LARGE }] }]) {
      const { writer, sent } = open();
      const written = [writer.write(message("large", params)), writer.write(message("after"))];
      setTimeout(() => sent.push("others"));
      assert.deepEqual(sent, []);
      await Promise.all(written);
      assert.deepEqual(sent, ["others", "large", "after"]);
      void writer.write(message("later"));
      assert.equal(sent.at(-1), "later", "what comes when nothing waits is sent at once again");
    }
  });

  it("sends several large ones one after the other", async () => {
    const { writer, sent } = open();
    const large = { textDocument: { text: LARGE } };
    await Promise.all(["1", "2", "3"].map((name) => writer.write(message(name, large))));
    assert.deepEqual(sent, ["1", "2", "3"]);
  });

  it("tells who wrote that it failed, and goes on with what waits", async () => {
    const { writer, sent } = open((name) => name === "bad");
    const bad = writer.write(message("bad", { textDocument: { text: LARGE } }));
    const good = writer.write(message("good"));
    await assert.rejects(bad, /bad is not sent/);
    await good;
    assert.deepEqual(sent, ["good"]);
  });

  it("does not wait until the other side has taken a message before it sends the next", async () => {
    const { writer, sent } = open(undefined, () => new Promise(() => {}));
    void writer.write(message("large", { textDocument: { text: LARGE } }));
    void writer.write(message("after"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(sent, ["large", "after"]);
  });
});

const LARGE = "x".repeat(200_000);

const message = (method: string, params: object = {}): Message =>
  ({ jsonrpc: "2.0", method, params }) as unknown as Message;

/** A writer over one that only notes the methods of what it is to send. */
function open(fails = (_name: string) => false, taken = () => Promise.resolve()) {
  const sent: string[] = [];
  const under = {
    write(message: Message): Promise<void> {
      const { method } = message as unknown as { method: string };
      if (fails(method)) return Promise.reject(new Error(`${method} is not sent`));
      sent.push(method);
      return taken();
    },
  };
  return { sent, writer: new PatientWriter(under as unknown as MessageWriter) };
}
