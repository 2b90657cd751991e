import type {
  AccountId,
  Amount,
  AsOf,
  Asset,
  AssetId,
  Leg,
  MarginAccount,
  Mark,
  MarkId,
  Native,
  OptionLeg,
  OwnerId,
  Portfolio,
} from '@plimsoll/model'
import {
  accountId,
  assetId,
  factorId,
  markId,
  ownerId,
  PORTFOLIO_FORMAT,
  parseAmount,
} from '@plimsoll/model'

/** A world of invented venues and round prices, to test the engine without any adapter. */
export const NOW = 1_790_000_000
export const NOW_MS = NOW * 1000
export const OWNER: OwnerId = ownerId('0x00000000000000000000000000000000000000aa')
const STRANGER: OwnerId = ownerId('0x00000000000000000000000000000000000000bb')
export const OTHER_OWNER = STRANGER

export const ETH = factorId('spot:ETH')
export const BTC = factorId('spot:BTC')
export const PEG_USDC = factorId('peg:USDC/USD')
export const PEG_STAKED = factorId('peg:wstETH/ETH')

const kinds = {
  weth: { kind: 'wrapped', exposures: [{ factor: ETH, elasticity: 1 }] },
  wsteth: {
    kind: 'liquid-staking',
    exposures: [
      { factor: PEG_STAKED, elasticity: 1 },
      { factor: ETH, elasticity: 1 },
    ],
  },
  wbtc: { kind: 'wrapped', exposures: [{ factor: BTC, elasticity: 1 }] },
  usdc: { kind: 'stable', exposures: [{ factor: PEG_USDC, elasticity: 1 }] },
  // A constant-product pool share moves with the square root of each side.
  pool: {
    kind: 'vault-share',
    exposures: [
      { factor: ETH, elasticity: 0.5 },
      { factor: BTC, elasticity: 0.5 },
    ],
  },
  ethIndex: { kind: 'index', exposures: [{ factor: ETH, elasticity: 1 }] },
  btcIndex: { kind: 'index', exposures: [{ factor: BTC, elasticity: 1 }] },
} as const satisfies { readonly [name: string]: Pick<Asset, 'kind' | 'exposures'> }

export type AssetName = keyof typeof kinds

export const asset = (name: AssetName): AssetId => assetId(`venue:toy/asset:${name}`)
export const mark = (name: AssetName, venue = 'toy'): MarkId => markId(`${venue}/1/${name}`)

export const ASSETS: readonly Asset[] = (Object.keys(kinds) as AssetName[]).map((name) => ({
  id: asset(name),
  symbol: name.toUpperCase(),
  decimals: 18,
  ...kinds[name],
  dependsOn: [],
  source: 'test',
}))

export const PRICES: { readonly [name in AssetName]: string } = {
  weth: '2000',
  wsteth: '2400.5',
  wbtc: '60000',
  usdc: '1',
  pool: '125.75',
  ethIndex: '2001.25',
  btcIndex: '60010',
}

export function markOf(name: AssetName, price: string = PRICES[name], venue = 'toy'): Mark {
  const mid = parseAmount(price)
  return {
    id: mark(name, venue),
    asset: asset(name),
    numeraire: 'USD',
    min: mid,
    mid,
    max: mid,
    confidence: null,
    source: 'venue-oracle',
    feed: 'index',
    timeMs: NOW_MS,
    stalenessLimitMs: null,
  }
}

export const AS_OF: AsOf = { kind: 'time', timeMs: NOW_MS }

const amountOf = (text: string): Amount => parseAmount(text)

export const collateral = (name: AssetName, amount: string, counts = true): Leg => ({
  kind: 'collateral',
  id: `collateral-${name}`,
  asset: asset(name),
  mark: mark(name),
  amount: amountOf(amount),
  counts,
})
export const debt = (name: AssetName, amount: string): Leg => ({
  kind: 'debt',
  id: `debt-${name}`,
  asset: asset(name),
  mark: mark(name),
  amount: amountOf(amount),
})
export const cash = (amount: string, name: AssetName = 'usdc'): Leg => ({
  kind: 'cash',
  id: `cash-${name}`,
  asset: asset(name),
  mark: mark(name),
  amount: amountOf(amount),
})
export const perp = (name: AssetName, size: string): Leg => ({
  kind: 'perp',
  id: `perp-${name}`,
  asset: asset(name),
  mark: mark(name),
  size: amountOf(size),
  entryPrice: null,
})

const YEAR = 365 * 86_400

/** Three calls on weth, sold, a quarter of a year from expiry. */
export const option = (changes: Partial<OptionLeg> = {}): OptionLeg => ({
  kind: 'option',
  id: 'option',
  asset: asset('weth'),
  mark: mark('weth'),
  right: 'call',
  size: amountOf('-3'),
  strike: amountOf('2200'),
  expiry: NOW + YEAR / 4,
  forward: mark('ethIndex'),
  impliedVolatility: 0.6,
  price: null,
  ...changes,
})

/** The same option as the pricing takes it. */
export const optionModel = (forward: number, volatility: number) => ({
  right: 'call' as const,
  forward,
  strike: 2200,
  volatility,
  years: 0.25,
  discount: 1,
})

export function account(
  id: string,
  tag: string,
  legs: readonly Leg[],
  parameters: Native = {},
  changes: Partial<MarginAccount> = {},
): MarginAccount {
  return {
    id: accountId(id),
    owner: OWNER,
    venue: 'toy',
    label: `Toy ${id}`,
    asOf: AS_OF,
    recourse: false,
    rule: { tag, version: 1, numeraire: 'USD', modes: {}, parameters, shared: [] },
    legs,
    dependsOn: [],
    reconciliation: { status: 'not-reported', formulaVersion: 'toy/1', checks: [] },
    fidelity: { grade: 'exact' },
    flags: [],
    ...changes,
  }
}

export function portfolioOf(
  accounts: readonly MarginAccount[],
  changes: Partial<Portfolio> = {},
): Portfolio {
  return {
    format: PORTFOLIO_FORMAT,
    owners: [OWNER],
    asOf: [AS_OF],
    skewMs: 0,
    accounts,
    assets: ASSETS,
    marks: (Object.keys(kinds) as AssetName[]).map((name) => markOf(name)),
    shared: {},
    existence: (changes.owners ?? [OWNER]).map((owner) => ({
      adapter: 'toy',
      chain: null,
      owner,
      state: 'has',
      asOf: AS_OF,
      validForMs: 3_600_000,
    })),
    failures: [],
    ...changes,
  }
}

export const idOf = (text: string): AccountId => accountId(text)
