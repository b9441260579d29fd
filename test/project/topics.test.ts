import assert from "node:assert/strict";
import { bindsTopic } from "../../src/project/topics.ts";
import { projectWithFunctions, readCondition } from "./condition.ts";

const project = projectWithFunctions("public.is_admin", "public.may_join");

describe("conditions on realtime messages", () => {
  const conditions: readonly (readonly [boolean, string])[] = [
    [true, "realtime.topic() = 'user:' || auth.uid()::text"],
    [
      true,
      "(select realtime.topic()) in (select 'room:' || room_id from members where user_id = (select auth.uid()))",
    ],
    [true, "exists (select 1 from members where user_id = auth.uid() and room_id = realtime.topic())"],
    [true, "realtime.topic() = 'lobby'"],
    [true, "topic in ('lobby', 'news')"],
    [true, "may_join(realtime.topic())"],
    [true, "is_admin()"],
    [true, "auth.jwt() -> 'app_metadata' ->> 'role' = 'admin'"],
    [false, "true"],
    [false, "auth.uid() is not null"],
    [false, "extension in ('broadcast', 'presence')"],
    [false, "realtime.topic() like 'room:%'"],
    [false, "exists (select 1 from members where user_id = auth.uid())"],
    [false, "realtime.topic() = 'lobby' or auth.role() = 'authenticated'"],
  ];
  for (const [expected, text] of conditions)
    it(`${text} ${expected ? "ties" : "does not tie"} the topic`, async () => {
      assert.equal(bindsTopic(project, await readCondition(text)), expected);
    });
});
