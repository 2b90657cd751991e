import { wei } from './fixed-point.js'
import type { ContingencyParameters, OptionParameters, Ratios } from './standard-margin.js'

/**
 * The set of parameters below: docs.derive.xyz, `standard-margin-parameters` of V3 for perps, and
 * `standard-margin-parameters` of v2.0 as of January 2026 for options, depeg and confidence. The
 * venue's interface gives collateral factors only.
 */
export const PARAMETERS = 'docs-2026-01'

/**
 * Perp: initial and maintenance. Option: most and least of spot at first, maintenance, unpaired
 * initial and maintenance.
 */
const ROWS: { readonly [currency: string]: string } = {
  BTC: '0.066 0.05 0.15 0.13 0.09 1.2 1.1',
  ETH: '0.066 0.05 0.15 0.13 0.09 1.2 1.1',
  SOL: '0.077 0.067 0.24 0.18 0.14 1.25 1.2',
  HYPE: '0.1 0.08 0.3 0.25 0.18 1.3 1.25',
  ADA: '0.2 0.15 0.35 0.3 0.2 1.3 1.25',
  XRP: '0.1 0.067',
  LINK: '0.1 0.067',
  XAUT: '0.1 0.08',
  ZEC: '0.15 0.1',
  LIT: '0.15 0.1',
  PUMP: '0.15 0.1',
  CC: '0.15 0.1',
  VVV: '0.2 0.15',
}

const PUT_OFFSET = wei('1.05')
const THRESHOLD = wei('0.55')

/** What adds to every initial margin: one set for all underlyings. */
export const CONTINGENCY: ContingencyParameters = {
  perpThreshold: THRESHOLD,
  optionThreshold: THRESHOLD,
  baseThreshold: THRESHOLD,
  confidenceFactor: wei('1'),
  depegThreshold: wei('0.99'),
  depegFactor: wei('2'),
}

/** What positions on a currency ask for. Null where the documents have no row. */
export function marketParameters(currency: string): {
  readonly perp: Ratios | null
  readonly option: OptionParameters | null
} {
  const [initial, maintenance, maxSpot, minSpot, ratio, unpairedInitial, unpairedMaintenance] =
    ROWS[currency]?.split(' ').map(wei) ?? []
  return {
    perp: initial === undefined || maintenance === undefined ? null : { initial, maintenance },
    option:
      maxSpot === undefined ||
      minSpot === undefined ||
      ratio === undefined ||
      unpairedInitial === undefined ||
      unpairedMaintenance === undefined
        ? null
        : {
            maxSpot,
            minSpot,
            callSpot: ratio,
            putSpot: ratio,
            putMark: ratio,
            putOffset: PUT_OFFSET,
            unpairedInitial,
            unpairedMaintenance,
          },
  }
}
