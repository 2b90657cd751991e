import { createRequire } from 'node:module'
import type { Asset, Portfolio } from '@plimsoll/model'
import { assetId, factorId, markId, parseAmount } from '@plimsoll/model'
import { account, markOf, NOW, portfolioOf } from '../risk/toyWorld.js'

// Its modules for bundlers cannot be loaded by the engine itself.
const peer: typeof import('@aave/math-utils') = createRequire(import.meta.url)('@aave/math-utils')

const RESERVES = 60
const RAY = 10n ** 27n
const PRICE_DECIMALS = 8

/** One reserve of which the account holds something. */
type Held = {
  readonly decimals: number
  /** 1e-8 USD. */
  readonly price: number
  /** Scaled by the index, in the smallest unit. */
  readonly supply: bigint
  readonly debt: bigint
  readonly index: bigint
  readonly bps: number
}

/** A number of [0, 1) that hops about as `index` counts. */
const scattered = (index: number): number => ((index * 7919) % 1000) / 1000

const HELD: readonly Held[] = Array.from({ length: 9 }, (_, at): Held => {
  const decimals = [18, 8, 6][at % 3] ?? 18
  const price = Math.round((1 + 3000 * scattered(at + 1)) * 1e8)
  const value = BigInt(Math.round((at < 6 ? 40_000 : 15_000) * (0.5 + scattered(at + 5)) * 1e8))
  const units = (value * 10n ** BigInt(decimals)) / BigInt(price)
  return {
    decimals,
    price,
    supply: at < 6 ? units : 0n,
    debt: at < 6 ? 0n : units,
    index: RAY + BigInt(at + 1) * 10n ** 25n,
    bps: 7000 + 150 * at,
  }
})

/** Interest since an hour ago, at rates a year in rays. */
const AN_HOUR_AGO = NOW - 3600
const SUPPLY_RATE = String(3n * 10n ** 25n)
const DEBT_RATE = String(5n * 10n ** 25n)

/** What the pool says is held or owed, in the smallest unit. */
function balance({ supply, debt, index }: Held): bigint {
  const accrued = {
    lastUpdateTimestamp: AN_HOUR_AGO,
    currentTimestamp: NOW,
  }
  const found =
    debt > 0n
      ? peer.getCompoundedBalance({
          principalBalance: String(debt),
          reserveIndex: String(index),
          reserveRate: DEBT_RATE,
          ...accrued,
        })
      : peer.getLinearBalance({
          balance: String(supply),
          index: String(index),
          rate: SUPPLY_RATE,
          ...accrued,
        })
  return BigInt(found.toFixed(0))
}

function reserveOf(at: number): Parameters<typeof peer.formatReserves>[0]['reserves'][number] {
  const held = HELD[at]
  const index = String(held?.index ?? RAY)
  return {
    originalId: at,
    id: `reserve-${at}`,
    symbol: `R${at}`,
    name: `Reserve ${at}`,
    decimals: held?.decimals ?? 18,
    underlyingAsset: `0x${String(at).padStart(40, '0')}`,
    usageAsCollateralEnabled: true,
    reserveFactor: '1000',
    baseLTVasCollateral: '6500',
    liquidityIndex: index,
    reserveLiquidationThreshold: String(held?.bps ?? 8000),
    reserveLiquidationBonus: '10500',
    variableBorrowIndex: index,
    variableBorrowRate: DEBT_RATE,
    availableLiquidity: '1000000000000000000000000',
    liquidityRate: SUPPLY_RATE,
    totalScaledVariableDebt: '1000000000000000000000000',
    lastUpdateTimestamp: AN_HOUR_AGO,
    borrowCap: '0',
    supplyCap: '0',
    debtCeiling: '0',
    debtCeilingDecimals: 2,
    isolationModeTotalDebt: '0',
    virtualUnderlyingBalance: '1000000000000000000000000',
    deficit: '0',
    priceInMarketReferenceCurrency: String(held?.price ?? 1e8),
  }
}

const CURRENCY = { marketReferencePriceInUsd: '100000000', marketReferenceCurrencyDecimals: 8 }

/** Sixty reserves, nine of them held, as the pool's front end has them. */
const formatted = peer.formatReserves({
  reserves: Array.from({ length: RESERVES }, (_, at) => reserveOf(at)),
  currentTimestamp: NOW,
  ...CURRENCY,
})
const rows = formatted.map(({ underlyingAsset }, at) => ({
  underlyingAsset,
  scaledATokenBalance: String(HELD[at]?.supply ?? 0n),
  scaledVariableDebt: String(HELD[at]?.debt ?? 0n),
  usageAsCollateralEnabledOnUser: (HELD[at]?.supply ?? 0n) > 0n,
}))

/** Reserves with the prices of the nine moved, ready to be summarised. */
export type MovedReserves = typeof formatted

/** The reserves at whole prices of the nine held, in 1e-8 USD. */
export function movedReserves(prices: readonly number[]): MovedReserves {
  return formatted.map((reserve, at) => ({
    ...reserve,
    priceInMarketReferenceCurrency: String(prices[at] ?? reserve.priceInMarketReferenceCurrency),
  }))
}

/** The health factor of the account by `formatUserSummary`. */
export function summarise(reserves: MovedReserves): number {
  const { healthFactor } = peer.formatUserSummary({
    userReserves: rows,
    formattedReserves: reserves,
    currentTimestamp: NOW,
    userEmodeCategoryId: 0,
    ...CURRENCY,
  })
  return Number(healthFactor)
}

/** Prices of the nine held, 1e-8 USD. */
export const HELD_PRICES: readonly number[] = HELD.map(({ price }) => price)

const assetOf = (at: number) => assetId(`venue:toy/asset:r${at}`)
/** Mark of a held reserve. */
export const heldMark = (at: number) => markId(`toy/1/r${at}`)

/** The same account as a portfolio. */
export function heldPortfolio(): Portfolio {
  const legs = HELD.map((held, at) => {
    const isDebt = held.debt > 0n
    return {
      kind: isDebt ? ('debt' as const) : ('collateral' as const),
      id: `r${at}`,
      asset: assetOf(at),
      mark: heldMark(at),
      amount: { raw: balance(held), decimals: held.decimals },
      counts: true,
    }
  })
  const thresholds = Object.fromEntries(HELD.map(({ bps }, at) => [`r${at}`, bps]))
  return portfolioOf(
    [account('toy/1/nine', 'toy-lending', legs, { averaged: false, thresholds })],
    {
      assets: HELD.map(
        ({ decimals }, at): Asset => ({
          id: assetOf(at),
          symbol: `R${at}`,
          decimals,
          kind: 'wrapped',
          exposures: [{ factor: factorId(`spot:R${at}`), elasticity: 1 }],
          dependsOn: [],
          source: 'test',
        }),
      ),
      marks: HELD.map(({ price }, at) => ({
        ...markOf('weth', '1'),
        id: heldMark(at),
        asset: assetOf(at),
        ...priced(price),
      })),
    },
  )
}

function priced(price: number) {
  const mid = parseAmount((price / 10 ** PRICE_DECIMALS).toFixed(PRICE_DECIMALS))
  return { min: mid, mid, max: mid }
}
