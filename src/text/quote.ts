/** Words that PostgreSQL's grammar does not take as a bare column or table name. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp
current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having
ilike in initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not
notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar
some symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with`.split(
    /\s+/,
  ),
);

/** An identifier as SQL text: quoted only where PostgreSQL needs it. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** `schema.name` with each part quoted where needed. */
export const quoteQualified = (schema: string, name: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** A text constant as SQL, on one line. */
export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  if (!/[\\\n\r]/.test(value)) return quoted;
  return `E${quoted.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}`;
}

/** Text between dollars, with a tag that does not stand in it. */
export function quoteDollars(text: string): string {
  let tag = "$$";
  for (let n = 1; text.includes(tag); n++) tag = `$body${n === 1 ? "" : n}$`;
  return `${tag}${text}${tag}`;
}

/** Words as a comment of SQL: what they hold never ends its line. */
export const commentOf = (words: string): string =>
  `-- ${words.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")}`;
