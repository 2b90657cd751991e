const WIDTH = 58

/** A row whose last cell, where it is too long, goes on below. */
export function wrapLast(row: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const word of (row.at(-1) ?? '').split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`
    } else lines.push(word)
  }
  return [...row.slice(0, -1), lines.join('\n')]
}
