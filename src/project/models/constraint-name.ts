/** PostgreSQL's limit, in bytes. */
const MAX_BYTES = 63;

/** The name Prisma gives a constraint or index: the parts joined, cut so that the suffix stays whole. */
export function constraintName(parts: readonly string[], suffix: string): string {
  const joined = parts.join("_");
  const room = MAX_BYTES - suffix.length;
  return (Buffer.byteLength(joined) <= room ? joined : clip(joined, room)) + suffix;
}

/** Cut to a number of bytes, never through a character. */
function clip(text: string, bytes: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
