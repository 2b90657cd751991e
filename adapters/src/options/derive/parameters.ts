import { wei } from './fixed-point.js'
import type {
  ContingencyParameters,
  MarketParameters,
  OptionParameters,
} from './standard-margin.js'

/** Where the table comes from: the venue's interface gives collateral factors only. */
export const PARAMETERS_SOURCE =
  'docs.derive.xyz: standard-margin-parameters (V3, perps), copy-of-standard-margin-parameters (options, depeg, confidence); read 2026-11-22'

/** Perp: initial and maintenance requirement as a share of notional. */
const PERPS: { readonly [currency: string]: readonly [string, string] } = {
  BTC: ['0.066', '0.05'],
  ETH: ['0.066', '0.05'],
  SOL: ['0.077', '0.067'],
  HYPE: ['0.1', '0.08'],
  XRP: ['0.1', '0.067'],
  LINK: ['0.1', '0.067'],
  XAUT: ['0.1', '0.08'],
  ZEC: ['0.15', '0.1'],
  LIT: ['0.15', '0.1'],
  PUMP: ['0.15', '0.1'],
  CC: ['0.15', '0.1'],
  ADA: ['0.2', '0.15'],
  VVV: ['0.2', '0.15'],
}

/** Short options: most and least of spot at first, maintenance ratio, unpaired initial and maintenance. */
const OPTIONS: { readonly [currency: string]: readonly [string, string, string, string, string] } =
  {
    BTC: ['0.15', '0.13', '0.09', '1.2', '1.1'],
    ETH: ['0.15', '0.13', '0.09', '1.2', '1.1'],
    SOL: ['0.24', '0.18', '0.14', '1.25', '1.2'],
    HYPE: ['0.3', '0.25', '0.18', '1.3', '1.25'],
    ADA: ['0.35', '0.3', '0.2', '1.3', '1.25'],
  }

/** Below a confidence of 0.55 a feed adds its missing confidence, as a share of spot, to initial margin. */
export const CONTINGENCY: ContingencyParameters = {
  perpThreshold: wei('0.55'),
  optionThreshold: wei('0.55'),
  baseThreshold: wei('0.55'),
  factor: wei('1'),
}

/**
 * What positions on a currency ask for, by the venue's documents: its interface does not give these
 * numbers. Null where the documents have no row.
 */
export function marketParameters(currency: string): MarketParameters {
  const perp = PERPS[currency]
  const option = OPTIONS[currency]
  return {
    perp: perp === undefined ? null : { initial: wei(perp[0]), maintenance: wei(perp[1]) },
    option: option === undefined ? null : optionParameters(option),
    contingency: CONTINGENCY,
  }
}

/** Below 0.99 the settlement asset adds twice the difference to the initial margin of shorts and perps. */
export const DEPEG: { readonly threshold: bigint; readonly factor: bigint } = {
  threshold: wei('0.99'),
  factor: wei('2'),
}

function optionParameters(
  row: readonly [string, string, string, string, string],
): OptionParameters {
  const [maxSpot, minSpot, maintenance, unpairedInitial, unpairedMaintenance] = row
  return {
    maxSpot: wei(maxSpot),
    minSpot: wei(minSpot),
    callSpot: wei(maintenance),
    putSpot: wei(maintenance),
    putMark: wei(maintenance),
    putOffset: wei('1.05'),
    unpaired: { initial: wei(unpairedInitial), maintenance: wei(unpairedMaintenance) },
  }
}
