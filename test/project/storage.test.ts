import assert from "node:assert/strict";
import { bindsPath, isBroad, restrictsBucket } from "../../src/project/storage.ts";
import { projectWithFunctions, readCondition } from "./condition.ts";

const project = projectWithFunctions("public.is_admin", "public.may_use");

describe("conditions on stored objects", () => {
  const bucket: readonly (readonly [boolean, string])[] = [
    [true, "bucket_id = 'a'"],
    [true, "'a' = objects.bucket_id and true"],
    [true, "bucket_id in ('a', 'b')"],
    [true, "bucket_id = any (array['a'])"],
    [true, "(bucket_id = 'a' and true) or bucket_id = 'b'"],
    [true, "may_use(bucket_id)"],
    [true, "not (bucket_id <> 'a' or auth.uid() is null)"],
    [false, "not (bucket_id = 'a')"],
    [false, "bucket_id = 'a' or auth.uid() is not null"],
    [false, "name = 'a'"],
  ];
  for (const [expected, text] of bucket)
    it(`${text} ${expected ? "asks" : "does not ask"} for the bucket`, async () => {
      assert.equal(restrictsBucket(await readCondition(text)), expected);
    });

  const broad: readonly (readonly [boolean, string])[] = [
    [true, "bucket_id = 'a'"],
    [true, "bucket_id = 'a' and auth.role() = 'authenticated'"],
    [true, "bucket_id = 'a' and (select auth.uid()) is not null"],
    [true, "bucket_id = 'a' and auth.jwt() ->> 'role' in ('authenticated', 'anon')"],
    [true, "bucket_id = 'a' and ((auth.jwt() ->> 'is_anonymous')::boolean is false)"],
    [false, "bucket_id = 'a' and auth.role() = 'service_role'"],
    [false, "bucket_id = 'a' and auth.jwt() -> 'app_metadata' ->> 'role' = 'authenticated'"],
    [false, "bucket_id = 'a' and is_admin()"],
    [false, "bucket_id = 'a' and owner = auth.uid()"],
    [true, "bucket_id = 'a' or (bucket_id = 'b' and is_admin())"],
  ];
  for (const [expected, text] of broad)
    it(`${text} is ${expected ? "" : "not "}for everybody`, async () => {
      assert.equal(isBroad(project, await readCondition(text)), expected);
    });

  const bound: readonly (readonly [boolean, string])[] = [
    [true, "bucket_id = 'a' and (storage.foldername(name))[1] = auth.uid()::text"],
    [
      true,
      "bucket_id = 'a' and (storage.foldername(name))[1] = (select auth.uid())::text and auth.uid() is not null",
    ],
    [true, "(storage.foldername(name))[1] in (select org::text from members where user_id = auth.uid())"],
    [true, "bucket_id = 'a' and name like 'shared/%'"],
    [true, "is_admin() or owner_id = auth.uid()::text"],
    [false, "bucket_id = 'a'"],
    [false, "bucket_id = 'a' and auth.uid() is not null"],
    [false, "bucket_id = 'a' and name like '%.png'"],
    [false, "bucket_id = 'a' and storage.extension(name) = 'png'"],
    [false, "bucket_id = 'a' and (is_admin() or auth.role() = 'authenticated')"],
  ];
  for (const [expected, text] of bound)
    it(`${text} ${expected ? "ties" : "does not tie"} the path`, async () => {
      assert.equal(bindsPath(project, await readCondition(text), true), expected);
    });

  it("the owner of a new object says nothing of its path", async () => {
    assert.equal(bindsPath(project, await readCondition("owner = auth.uid()"), false), false);
    assert.equal(
      bindsPath(project, await readCondition("owner = auth.uid() and name like 'a/%'"), false),
      true,
    );
  });
});
