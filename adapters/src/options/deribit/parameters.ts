/** Standard margin of short options, as fractions of the index (of one coin, where inverse). */
export type OptionRequirements = {
  /** Initial: max(out - OTM ÷ forward, floor) + mark. */
  readonly initialOut: number
  readonly initialFloor: number
  /** Maintenance: a call `maintenance` + mark; a put max(`maintenance`, `maintenance` × mark) + mark. */
  readonly maintenance: number
}

/**
 * By underlying. The venue's interface does not state them: from its former documents as quoted by
 * doc.tslab.pro (Deribit margin requirements), read 2026-11. Every position is compared with the
 * margin that the venue reports for it, so that a change makes accounts unreconciled.
 */
const OPTIONS: { readonly [underlying: string]: OptionRequirements } = {
  BTC: { initialOut: 0.15, initialFloor: 0.1, maintenance: 0.075 },
  ETH: { initialOut: 0.15, initialFloor: 0.1, maintenance: 0.075 },
}

/** Name of the table in force; accounts carry it in `rule.modes.parameters`. */
export const PARAMETERS = 'docs-2026-11'

/** Standard margin of an underlying's options, or null where no document states it. */
export function optionRequirements(underlying: string): OptionRequirements | null {
  return Object.hasOwn(OPTIONS, underlying) ? (OPTIONS[underlying] ?? null) : null
}
