/** Ways to round; `divDown` is the division alone. */
export type Rounding =
  | 'mulDivDown'
  | 'mulDivUp'
  | 'mulDivHalfUp'
  | 'divDown'
  | 'divUp'
  | 'divHalfUp'

/** One call that rounds. */
export type Site = {
  readonly id: number
  readonly file: string
  readonly line: number
  /** The line, trimmed; with a mark when the line holds several calls. */
  readonly code: string
  readonly rounding: Rounding
}

const CALL = /\b(mulDivDown|mulDivUp|mulDivHalfUp|divDown)\(/g

/** Finds the calls in a file, and the file with each of them going through `__round(id, …)`. */
export function instrument(
  file: string,
  source: string,
  firstId: number,
): { readonly sites: readonly Site[]; readonly code: string } {
  const sites: Site[] = []
  const lines = source.split('\n').map((text, index) => {
    let inLine = 0
    return text.replace(CALL, (_call, name: Rounding) => {
      const id = firstId + sites.length
      inLine += 1
      const code = inLine === 1 ? text.trim() : `${text.trim()} #${inLine}`
      sites.push({ id, file, line: index + 1, code, rounding: name })
      return `globalThis.__round(${id}, '${name}', `
    })
  })
  return { sites, code: lines.join('\n') }
}

/** The other roundings of a site. */
export function mutantsOf({ rounding }: Site): readonly Rounding[] {
  const alternatives: readonly Rounding[] = rounding.startsWith('mul')
    ? ['mulDivDown', 'mulDivUp', 'mulDivHalfUp']
    : ['divDown', 'divUp', 'divHalfUp']
  return alternatives.filter((other) => other !== rounding)
}

/** Where a site is, and what stands there. */
export function describeSite({ file, line, code }: Site): string {
  return `${file}:${line} ${code}`
}

/** What a rounding gives. */
export function round(rounding: Rounding, ...[a, b, c]: readonly bigint[]): bigint {
  const isProduct = rounding.startsWith('mul')
  const dividend = (a ?? 0n) * (isProduct ? (b ?? 0n) : 1n)
  const divisor = (isProduct ? c : b) ?? 0n
  if (divisor <= 0n) throw new RangeError(`a site divides by ${divisor}`)
  const added = rounding.endsWith('Up')
    ? rounding.endsWith('HalfUp')
      ? divisor / 2n
      : divisor - 1n
    : 0n
  const sum = dividend + added
  const quotient = sum / divisor
  return sum < 0n && quotient * divisor !== sum ? quotient - 1n : quotient
}
