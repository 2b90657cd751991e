import type { Amount, Check } from '@plimsoll/model'
import type { WireDexState, WirePosition } from './answers.js'
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
import type { FormulaVersion, PortfolioMargin, Position } from './margin.js'
import { crossSums, liquidationPrice, portfolioMarginRatio, signedNotional } from './margin.js'

/** A position as the venue prints it and as the arithmetic takes it. */
export type Held = { readonly wire: WirePosition; readonly position: Position }

/** A value with the largest error that the rounding of what it was computed from explains. */
export type Rounded = { readonly value: bigint; readonly error: bigint }

/** Last places of balances, and of ratios and prices: what is below may be cut off. */
export const BALANCE_UNIT: bigint = ONE / 100_000_000n
const RATIO_UNIT = ONE / 10_000_000_000n

function check(name: string, reported: bigint, { value, error }: Rounded): Check {
  return {
    name,
    reported: amountOf(reported),
    recomputed: amountOf(value),
    residual: numberOf(magnitude(reported - value)),
    tolerance: numberOf(error),
  }
}

/** Rounding of a sum of `count` printed USD amounts, none larger than `largest`. */
export function sumRounding(count: number, largest: bigint): bigint {
  return BigInt(count) * usdRounding(largest)
}

/** What an isolated position is worth: its own USD balance and its notional. */
export function isolatedEquity({ wire, position }: Held): bigint {
  return (wire.leverage.type === 'isolated' ? wire.leverage.rawUsd : 0n) + signedNotional(position)
}

/** Every total that the venue prints for a dex, recomputed from its positions. */
export function dexChecks(state: WireDexState, held: readonly Held[]): readonly Check[] {
  const isolated = held.filter(({ wire }) => wire.leverage.type === 'isolated')
  const cross = held.filter(({ wire }) => wire.leverage.type === 'cross')
  const sums = crossSums(cross.map(({ position }) => position))
  const ownEquity = total(isolated, isolatedEquity)
  const ownNotional = total(isolated, ({ position }) => magnitude(signedNotional(position)))
  const ownValue = total(isolated, ({ position }) => signedNotional(position))
  const { marginSummary: all, crossMarginSummary: shared } = state
  const largest = larger(magnitude(all.totalRawUsd), all.totalNtlPos)
  const usd = (name: string, reported: bigint, value: bigint, count: number): Check =>
    check(name, reported, { value, error: sumRounding(count + 1, largest) })
  const [n, i] = [cross.length, isolated.length]
  return [
    usd('crossAccountValue', shared.accountValue, shared.totalRawUsd + sums.value, n + 1),
    usd('crossTotalNtlPos', shared.totalNtlPos, sums.notional, n),
    usd('crossTotalMarginUsed', shared.totalMarginUsed, sums.initial, n),
    usd('crossMaintenanceMarginUsed', state.crossMaintenanceMarginUsed, sums.maintenance, n),
    usd('totalRawUsd', all.totalRawUsd, shared.totalRawUsd + ownEquity - ownValue, i + 1),
    usd(
      'accountValue',
      all.accountValue,
      shared.totalRawUsd + sums.value + ownEquity,
      n + 2 * i + 1,
    ),
    usd('totalNtlPos', all.totalNtlPos, sums.notional + ownNotional, n + i),
    usd('totalMarginUsed', all.totalMarginUsed, sums.initial + ownEquity, n + 2 * i),
  ]
}

/** What the venue prints for one position; `available` is what its account has above maintenance. */
export function positionChecks(
  { wire, position }: Held,
  available: Rounded,
  formula: FormulaVersion,
): readonly Check[] {
  const { coin, szi, entryPx, positionValue } = wire
  const isCross = wire.leverage.type === 'cross'
  const lots = magnitude(szi)
  const rounding = usdRounding(positionValue)
  const value = signedNotional(position)
  const entryUnit = ONE / 10n ** BigInt(entryPx.decimals)
  return [
    check(`marginUsed:${coin}`, wire.marginUsed, {
      value: isCross
        ? magnitude(value) / BigInt(position.leverage)
        : isolatedEquity({ wire, position }),
      error: 3n * rounding,
    }),
    check(`unrealizedPnl:${coin}`, wire.unrealizedPnl, {
      value: value - times(szi, fixed(entryPx)),
      error: times(lots, entryUnit) + 2n * rounding,
    }),
    liquidationCheck(
      `liquidationPx:${coin}`,
      wire.liquidationPx,
      position,
      available,
      formula,
      rounding,
    ),
  ]
}

/** The venue writes null where no positive price liquidates; both sides then count as 0. */
function liquidationCheck(
  name: string,
  printed: Amount | null,
  position: Position,
  available: Rounded,
  formula: FormulaVersion,
  rounding: bigint,
): Check {
  const at = (price: bigint, amount: bigint): bigint =>
    liquidationPrice({ ...position, price }, amount, formula) ?? 0n
  const value = at(position.price, available.value)
  const spread = (priceChange: bigint, amountChange: bigint): bigint =>
    larger(
      magnitude(at(position.price + priceChange, available.value + amountChange) - value),
      magnitude(at(position.price - priceChange, available.value - amountChange) - value),
    )
  const priceError = over(rounding, magnitude(position.size))
  // Prices are printed with 8 to 10 decimals, zeros at the end left out.
  const decimals = Math.min(Math.max(printed?.decimals ?? 10, 8), 10)
  const error = spread(0n, available.error) + spread(priceError, 0n) + ONE / 10n ** BigInt(decimals)
  return check(name, printed === null ? 0n : fixed(printed), { value, error })
}

/** What the venue says is available in a pooled account after maintenance. */
export function availableCheck(reported: bigint, available: Rounded): Check {
  const { value, error } = available
  return check('availableAfterMaintenance', reported, { value, error: error + BALANCE_UNIT })
}

/** What the venue says is available of the collateral of a borrow, in units of it. */
export function backingCheck(coin: string, reported: bigint, left: Rounded): Check {
  return check(`availableAfterMaintenance:${coin}`, reported, left)
}

/** The portfolio margin ratio, with the rounding of its parts carried through the formula. */
export function ratioCheck(reported: bigint, account: PortfolioMargin, error: bigint): Check {
  const ratio = (change: Partial<PortfolioMargin>): bigint =>
    portfolioMarginRatio({ ...account, ...change }) ?? 0n
  const value = ratio({})
  const { netEquity, collateral, maintenance } = account
  const spread = (change: Partial<PortfolioMargin>): bigint => magnitude(ratio(change) - value)
  return check('portfolioMarginRatio', reported, {
    value,
    error:
      spread({ netEquity: netEquity + error }) +
      spread({ collateral: collateral + error }) +
      spread({ maintenance: maintenance + error }) +
      RATIO_UNIT,
  })
}
