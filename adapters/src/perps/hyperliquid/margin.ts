import { larger, magnitude, ONE, over, times, total, usdRounding } from './fixed-point.js'

// All values are fixed point with 36 decimals (fixed-point.ts), money in the collateral token of the dex.

/** A row of a margin table: from this notional on, at most this leverage. */
export type TableRow = readonly [lowerBound: bigint, maxLeverage: number]

/** Maintenance at notional n in this tier is `n × rate − deduction`. */
type Tier = { readonly from: bigint; readonly rate: bigint; readonly deduction: bigint }

/** What the arithmetic needs of one position. */
export type Position = {
  /** Signed: positive is long. */
  readonly size: bigint
  /** The venue's mark. */
  readonly price: bigint
  /** The leverage that the user chose; sets initial margin only. */
  readonly leverage: number
  readonly tiers: readonly Tier[]
}

/**
 * The formula of liquidation prices in force since the oldest recording that follows it. Until March
 * 2023 or later the venue left out `1 − l × side`: the project's recorded truth holds both.
 */
export const FORMULA_VERSION = 'hyperliquid/2024-02-22'

/**
 * Tiers of a margin table: `rate = 1 ÷ (2 × maxLeverage)`, and deductions that keep maintenance
 * continuous, `deduction(n) = deduction(n−1) + from(n) × (rate(n) − rate(n−1))`
 * (Hyperliquid docs, "Margin tiers").
 */
export function marginTiers(rows: readonly TableRow[]): readonly Tier[] {
  const tiers: Tier[] = []
  for (const [from, maxLeverage] of rows) {
    const rate = ONE / (2n * BigInt(maxLeverage))
    const last = tiers.at(-1)
    const deduction = last === undefined ? 0n : last.deduction + times(from, rate - last.rate)
    tiers.push({ from, rate, deduction })
  }
  return tiers
}

/** Signed notional. */
export function signedNotional({ size, price }: Position): bigint {
  return times(size, price)
}

/** Maintenance margin of a notional: the largest of the tiers' lines, which is that of its tier. */
export function maintenanceAt(tiers: readonly Tier[], notional: bigint): bigint {
  return tiers.reduce(
    (most, { rate, deduction }) => larger(most, times(notional, rate) - deduction),
    0n,
  )
}

/** Maintenance margin of a position at its mark. */
export function maintenanceOf(position: Position): bigint {
  return maintenanceAt(position.tiers, magnitude(signedNotional(position)))
}

/** Initial margin of a cross position: notional ÷ chosen leverage. */
export function initialOf(position: Position): bigint {
  return magnitude(signedNotional(position)) / BigInt(position.leverage)
}

/**
 * The liquidation price that the venue shows for a position: the price at which `available` (equity
 * above maintenance of the whole account, today) is used up while nothing else moves, at the tier
 * in force there. In one tier this is `price − side × available ÷ |size| ÷ (1 − l × side)`
 * (Hyperliquid docs, "Liquidations"). Null when no positive price does it.
 */
export function liquidationPrice(position: Position, available: bigint): bigint | null {
  const { size, tiers } = position
  const lots = magnitude(size)
  const side = size < 0n ? -1n : 1n
  const equity = available + maintenanceOf(position) - signedNotional(position)
  // equity + size × p = lots × p × rate − deduction in each tier. Maintenance is the largest of the
  // tiers' lines, so a long is safe above every root and a short below every root.
  const roots = tiers.map(({ rate, deduction }) =>
    over(over(-(equity + deduction), lots), side * ONE - rate),
  )
  const root = roots.reduce((a, b) => (a > b === side > 0n ? a : b))
  return root > 0n ? root : null
}

/** A portfolio-margin account in USDC: the portfolio margin ratio is liquidatable above this. */
export const PORTFOLIO_MARGIN_LIMIT: bigint = (ONE * 95n) / 100n

/** What the portfolio margin ratio is made of, in USDC. */
export type PortfolioMargin = {
  /** USDC balance without isolated equity, positions included; negative when it is borrowed. */
  readonly netEquity: bigint
  /** Σ supplied × borrow oracle × (1 + LTV) ÷ 2. */
  readonly collateral: bigint
  /** Σ cross maintenance. */
  readonly maintenance: bigint
}

/** What of collateral with this loan-to-value ratio counts: its liquidation threshold, (1 + LTV) ÷ 2. */
export function countedWeight(ltv: bigint): bigint {
  return (ONE + ltv) / 2n
}

/** Numerator of the portfolio margin ratio: maintenance, and what is borrowed to carry it. */
export function portfolioRequirement({ netEquity, maintenance }: PortfolioMargin): bigint {
  return maintenance + larger(0n, maintenance - netEquity)
}

/** Denominator of the portfolio margin ratio: the balance after that borrow, and the collateral. */
export function portfolioLiquidationValue(account: PortfolioMargin): bigint {
  return larger(account.netEquity, account.maintenance) + account.collateral
}

/**
 * `(MM + max(0, MM − NE)) ÷ (max(NE, MM) + C)`: with NE below MM it is the recorded
 * `(MM + max(0, MM − NE)) ÷ (C + MM)`, with NE above MM and nothing supplied the recorded `MM ÷ NE`.
 * Null when nothing is required, or nothing stands against what is.
 */
export function portfolioMarginRatio(account: PortfolioMargin): bigint | null {
  const requirement = portfolioRequirement(account)
  const value = portfolioLiquidationValue(account)
  return requirement > 0n && value > 0n ? over(requirement, value) : null
}

/**
 * The mark that the venue valued a position at: it prints the notional alone, so this is the
 * shortest decimal price that gives the printed notional within its rounding.
 */
export function markPrice(notional: bigint, size: bigint): bigint {
  const lots = magnitude(size)
  const quotient = over(notional, lots)
  const slack = usdRounding(notional) / 2n
  for (let step = ONE; step > 1n; step /= 10n) {
    const price = ((quotient + step / 2n) / step) * step
    if (price > 0n && magnitude(times(lots, price) - notional) <= slack) return price
  }
  return quotient
}

/** Sums over the cross positions of an account. */
export function crossSums(positions: readonly Position[]): {
  readonly value: bigint
  readonly notional: bigint
  readonly initial: bigint
  readonly maintenance: bigint
} {
  return {
    value: total(positions, signedNotional),
    notional: total(positions, (position) => magnitude(signedNotional(position))),
    initial: total(positions, initialOf),
    maintenance: total(positions, maintenanceOf),
  }
}
