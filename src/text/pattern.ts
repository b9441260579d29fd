/** A text as a part of a regular expression that matches it and nothing else. */
export const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** A name of code that stands for itself, and is no part of another: `$` belongs to names as letters do. */
export const wholeName = (name: string): string => `(?<![\\w$])${literal(name)}(?![\\w$])`;
