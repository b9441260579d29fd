import assert from "node:assert/strict";
import { patientDecoder, patientEncoder } from "../../src/vscode/patient-json.ts";

/** Pairs of one character, quotes and line breaks, at every place where a slice may end. */
const LONG = '😀"\\\n'.repeat(60_000);

describe("messages to the server", () => {
  const encoded = async (message: object) => Buffer.from(await patientEncoder.encode(message)).toString();

  it("are the JSON of the message, also where a text is long", async () => {
    const open = { uri: "file:///a", version: 1 };
    for (const text of ["", "a", LONG, `x${LONG}`]) {
      const message = { method: "didOpen", params: { textDocument: { ...open, text }, also: [text, null] } };
      assert.deepEqual(JSON.parse(await encoded(message)), message);
    }
  });

  it("let others have their turn while a long text is written and read", async () => {
    let turns = 0;
    const others = setInterval(() => turns++);
    const bytes = await patientEncoder.encode({ text: LONG });
    const whileWritten = turns;
    assert.deepEqual(await patientDecoder.decode(bytes), { text: LONG });
    clearInterval(others);
    assert.ok(whileWritten > 0 && turns > whileWritten, `${whileWritten} of ${turns} turns`);
  });

  it("come in one turn where they are short", async () => {
    let turn = false;
    setTimeout(() => {
      turn = true;
    });
    assert.deepEqual(await patientDecoder.decode(await patientEncoder.encode({ id: 1 })), { id: 1 });
    assert.equal(turn, false);
  });
});
