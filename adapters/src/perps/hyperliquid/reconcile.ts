import type { Check } from '@plimsoll/model'
import type { Dex, Held } from './dex.js'
import { isolatedEquity } from './dex.js'
import {
  amountOf,
  fixed,
  larger,
  magnitude,
  numberOf,
  ONE,
  over,
  times,
  total,
  usdRounding,
} from './fixed-point.js'
import type { PortfolioMargin } from './margin.js'
import {
  crossSums,
  initialOf,
  liquidationPrice,
  portfolioMarginRatio,
  signedNotional,
} from './margin.js'

/** A value with the largest error that the rounding of what it was computed from explains. */
type Rounded = { readonly value: bigint; readonly error: bigint }

/** Last places of balances, and of ratios and prices: what is below may be cut off. */
export const BALANCE_UNIT: bigint = ONE / 100_000_000n
const RATIO_UNIT = ONE / 10_000_000_000n

const SUMMARIES = ['crossMarginSummary', 'marginSummary'] as const
const TOTALS = ['accountValue', 'totalNtlPos', 'totalRawUsd', 'totalMarginUsed'] as const

/** One reported number beside ours. */
export function check(name: string, reported: bigint, value: bigint, error: bigint): Check {
  return {
    name,
    reported: amountOf(reported),
    recomputed: amountOf(value),
    residual: numberOf(magnitude(reported - value)),
    tolerance: numberOf(error),
  }
}

/** Every total that the venue prints for a dex, recomputed from its positions. */
export function dexChecks({ state, cross, isolated }: Dex): readonly Check[] {
  const { marginSummary, crossMarginSummary, crossMaintenanceMarginUsed } = state
  const sums = crossSums(cross)
  const own = crossSums(isolated)
  const equity = total(isolated, isolatedEquity)
  const raw = crossMarginSummary.totalRawUsd
  const recomputed = {
    crossMarginSummary: {
      accountValue: raw + sums.value,
      totalNtlPos: sums.notional,
      totalRawUsd: marginSummary.totalRawUsd - equity + own.value,
      totalMarginUsed: sums.initial,
    },
    marginSummary: {
      accountValue: raw + sums.value + equity,
      totalNtlPos: sums.notional + own.notional,
      totalRawUsd: raw + equity - own.value,
      totalMarginUsed: sums.initial + equity,
    },
  }
  const rounding = usdRounding(
    larger(magnitude(marginSummary.totalRawUsd), marginSummary.totalNtlPos),
  )
  // Each position adds at most two printed numbers to a sum.
  const error = BigInt(2 * (cross.length + isolated.length) + 2) * rounding
  return [
    check('crossMaintenanceMarginUsed', crossMaintenanceMarginUsed, sums.maintenance, error),
    ...SUMMARIES.flatMap((summary) =>
      TOTALS.map((name) =>
        check(`${summary}.${name}`, state[summary][name], recomputed[summary][name], error),
      ),
    ),
  ]
}

/**
 * What the venue prints for one position; `available` is what its account has above maintenance.
 * Where no positive price liquidates the venue writes null: both sides then count as 0.
 */
export function positionChecks(held: Held, available: Rounded): readonly Check[] {
  const { coin, size, price, rawUsd, wire } = held
  const { liquidationPx, entryPx } = wire
  const lots = magnitude(size)
  const rounding = usdRounding(wire.positionValue)
  const liquidation = (moved: bigint, gained: bigint): bigint =>
    liquidationPrice({ ...held, price: price + moved }, available.value + gained) ?? 0n
  const value = liquidation(0n, 0n)
  const spread = (moved: bigint, gained: bigint): bigint =>
    larger(
      magnitude(liquidation(moved, gained) - value),
      magnitude(liquidation(-moved, -gained) - value),
    )
  // Prices are printed with 8 to 10 decimals, zeros at the end left out.
  const decimals = Math.max(liquidationPx?.decimals ?? 10, 8)
  return [
    check(
      `marginUsed:${coin}`,
      wire.marginUsed,
      rawUsd === undefined ? initialOf(held) : isolatedEquity(held),
      3n * rounding,
    ),
    check(
      `unrealizedPnl:${coin}`,
      wire.unrealizedPnl,
      signedNotional(held) - times(size, fixed(entryPx)),
      lots / 10n ** BigInt(entryPx.decimals) + 2n * rounding,
    ),
    check(
      `liquidationPx:${coin}`,
      liquidationPx === null ? 0n : fixed(liquidationPx),
      value,
      spread(0n, available.error) +
        spread(over(rounding, lots), 0n) +
        ONE / 10n ** BigInt(decimals),
    ),
  ]
}

/** The portfolio margin ratio, with the rounding of its parts carried through the formula. */
export function ratioCheck(reported: bigint, account: PortfolioMargin, error: bigint): Check {
  const ratio = (change: Partial<PortfolioMargin>): bigint =>
    portfolioMarginRatio({ ...account, ...change }) ?? 0n
  const value = ratio({})
  const parts = ['netEquity', 'collateral', 'maintenance'] as const
  const spread = total(parts, (part) => magnitude(ratio({ [part]: account[part] + error }) - value))
  return check('portfolioMarginRatio', reported, value, spread + RATIO_UNIT)
}
