import { defineRule } from "../rule.ts";

export default defineRule({
  on: "configuration",
  severity: "error",
  summary: "A part of the configuration cannot be used.",
  why: "What the configuration meant to say is not in force: everything else is checked, with the default in that part's place.",
  *check({ place, message, key, near, severity }) {
    yield {
      at: place,
      subject: `configuration ${key}`,
      message,
      ...(severity && { severity }),
      ...(near
        ? { remedy: { kind: "edit", title: `Change to "${near.name}"`, edits: [near.edit] } as const }
        : {}),
    };
  },
});
