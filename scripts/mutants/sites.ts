const ONE = 10n ** 18n

type Direction = 'down' | 'up' | 'halfUp' | 'trunc'
type Family = {
  readonly dividend: (args: readonly bigint[]) => bigint
  readonly divisor: (args: readonly bigint[]) => bigint
  /** Each way to round, by name. */
  readonly roundings: { readonly [name: string]: Direction }
}

const at = (args: readonly bigint[], index: number): bigint => args[index] ?? 0n
const product = (args: readonly bigint[]): bigint => at(args, 0) * at(args, 1)
const first = (args: readonly bigint[]): bigint => at(args, 0)

const FAMILIES = [
  {
    dividend: product,
    divisor: (args) => at(args, 2),
    roundings: { mulDivDown: 'down', mulDivUp: 'up', mulDivHalfUp: 'halfUp' },
  },
  {
    dividend: first,
    divisor: (args) => at(args, 1),
    roundings: { divDown: 'down', divUp: 'up', divHalfUp: 'halfUp' },
  },
  {
    dividend: product,
    divisor: (args) => at(args, 2),
    roundings: { mulDivTrunc: 'trunc', mulDivFloor: 'down', mulDivCeiling: 'up' },
  },
  {
    dividend: first,
    divisor: (args) => at(args, 1),
    roundings: { divTrunc: 'trunc', divFloor: 'down', divCeiling: 'up' },
  },
  {
    dividend: product,
    divisor: () => ONE,
    roundings: { multiply: 'trunc', multiplyDown: 'down', multiplyUp: 'up' },
  },
  {
    dividend: (args) => at(args, 0) * ONE,
    divisor: (args) => at(args, 1),
    roundings: { divide: 'trunc', divideDown: 'down', divideUp: 'up' },
  },
  {
    dividend: first,
    divisor: (args) => 1n << at(args, 1),
    roundings: { shiftDown: 'down', shiftTrunc: 'trunc', shiftUp: 'up' },
  },
  {
    dividend: product,
    divisor: () => 1n << 96n,
    roundings: { times: 'down', timesTrunc: 'trunc', timesUp: 'up' },
  },
] as const satisfies readonly Family[]

type NamesOf<Of> = Of extends { readonly roundings: infer Roundings } ? keyof Roundings : never

/** Ways to round, each named after the call that does. */
export type Rounding = NamesOf<(typeof FAMILIES)[number]>

/** One call that rounds. */
export type Site = {
  readonly id: number
  readonly file: string
  readonly line: number
  /** The line, trimmed; with a mark when the line holds several calls. */
  readonly code: string
  readonly rounding: Rounding
}

/** Finds the calls in a file, and the file with each of them going through `__round(id, …)`. */
export function instrument(
  file: string,
  source: string,
  { firstId, calls }: { readonly firstId: number; readonly calls: readonly Rounding[] },
): { readonly sites: readonly Site[]; readonly code: string } {
  const sites: Site[] = []
  const call = new RegExp(`\\b(${calls.join('|')})\\(`, 'g')
  const lines = source.split('\n').map((text, index) => {
    let inLine = 0
    return text.replace(call, (_call, name: Rounding) => {
      const id = firstId + sites.length
      inLine += 1
      const code = inLine === 1 ? text.trim() : `${text.trim()} #${inLine}`
      sites.push({ id, file, line: index + 1, code, rounding: name })
      return `globalThis.__round(${id}, '${name}', `
    })
  })
  return { sites, code: lines.join('\n') }
}

function familyOf(rounding: Rounding): Family {
  const found = FAMILIES.find(({ roundings }) => rounding in roundings)
  if (found === undefined) throw new RangeError(`no family of calls has ${rounding}`)
  return found
}

/** The other roundings of a site. */
export function mutantsOf({ rounding }: Site): readonly Rounding[] {
  return Object.keys(familyOf(rounding).roundings).filter(
    (other) => other !== rounding,
  ) as Rounding[]
}

/** Where a site is, and what stands there. */
export function describeSite({ file, line, code }: Site): string {
  return `${file}:${line} ${code}`
}

/** What a rounding gives. */
export function round(rounding: Rounding, ...args: readonly bigint[]): bigint {
  const family = familyOf(rounding)
  const divisor = family.divisor(args)
  if (divisor <= 0n) throw new RangeError(`a site divides by ${divisor}`)
  const direction = family.roundings[rounding]
  const added = direction === 'halfUp' ? divisor / 2n : direction === 'up' ? divisor - 1n : 0n
  const sum = family.dividend(args) + added
  const quotient = sum / divisor
  return direction !== 'trunc' && sum < 0n && quotient * divisor !== sum ? quotient - 1n : quotient
}
