import type { MarginType, Ratios } from '../standard-margin.js'

/** What a scenario does to volatility: nothing, multiplies it, or tilts it by the strike. */
export type VolatilityShock = 'none' | 'up' | 'down' | 'linear' | 'absolute'

/** One scenario of the venue's table. Numbers in 18 decimals. */
export type Scenario = {
  /** Multiplies spot prices; 1 for the two that tilt. */
  readonly spot: bigint
  readonly volatility: VolatilityShock
  /** Multiplies what is gained or lost. */
  readonly dampening: bigint
}

/** How far volatility moves. `getVolShockParams`; 18 decimals. */
export type VolatilityParameters = {
  /** At 30 days; times (30 days ÷ time to expiry)^power. */
  readonly rangeUp: bigint
  readonly rangeDown: bigint
  /** Least volatility of a scenario that raises it. */
  readonly leastUp: bigint
  /** Up to and beyond 30 days. */
  readonly shortPower: bigint
  readonly longPower: bigint
  /** Shorter times to expiry count as this one; seconds. */
  readonly floorSeconds: bigint
}

/** How far volatility is tilted. `getSkewShockParams`; 18 decimals, slopes for √years. */
export type SkewParameters = {
  readonly linearCap: bigint
  readonly linearCapSlope: bigint
  readonly absoluteCap: bigint
  readonly absoluteCapSlope: bigint
  /** Where the tilt reaches its cap, in ln(strike ÷ forward): the least, and what scales it. */
  readonly leastWidth: bigint
  readonly widthScale: bigint
  readonly widthVolatility: bigint
  readonly widthVolatilitySlope: bigint
}

/** A discount of an expiry's shocked value: base · e^(−years · (rate · multiple + add)). */
export type StaticDiscount = {
  readonly base: bigint
  readonly multiple: bigint
  readonly add: bigint
}

/**
 * Parameters of PMRM_2, 18 decimals. Under PMRM_2_1 they can differ between accounts: ask the library
 * that `getAccountLib` names.
 */
export type PortfolioMarginParameters = {
  readonly volatility: VolatilityParameters
  readonly skew: SkewParameters
  /** `getMarginParams`: multiplies the worst loss; net longs and net shorts of an expiry. */
  readonly lossFactor: Ratios
  readonly longDiscount: StaticDiscount
  readonly shortDiscount: StaticDiscount
  /** `getBasisContingencyParams`: spot multipliers; share of the loss charged, plus that for each year. */
  readonly basis: {
    readonly spotUp: bigint
    readonly spotDown: bigint
    readonly add: bigint
    readonly addPerYear: bigint
  }
  /** `getOtherContingencyParams`. */
  readonly peg: { readonly threshold: bigint; readonly factor: bigint }
  readonly confidence: { readonly threshold: bigint; readonly factor: bigint }
  /** Of the spot notional of perps and of naked shorts; initial adds to maintenance. */
  readonly perp: Ratios
  readonly option: Ratios
}

/** An option held. 18 decimals. */
export type PortfolioOption = {
  readonly right: 'call' | 'put'
  readonly strike: bigint
  readonly volatility: bigint
  /** Signed. */
  readonly size: bigint
}

/** The options of one expiry. 18 decimals. */
export type PortfolioExpiry = {
  /** To expiry; 0 after it. */
  readonly seconds: bigint
  /** The part of the forward that spot shocks multiply, and the realised part that they do not. */
  readonly forward: { readonly variable: bigint; readonly fixed: bigint }
  /** Not below 0: the venue counts a negative rate as 0. */
  readonly rate: bigint
  /** See {@link discountFactor}. */
  readonly discount: bigint
  /** The least of the forward's, the rate's and the volatilities'. */
  readonly confidence: bigint
  readonly options: readonly PortfolioOption[]
}

/** A collateral held. 18 decimals. */
export type PortfolioCollateral = {
  /** In the settlement asset; see {@link collateralValue}. */
  readonly value: bigint
  /** The lesser of its own and spot's. */
  readonly confidence: bigint
  /** Whether it moves with spot in scenarios; otherwise it keeps its value in them. */
  readonly isRiskCancelling: boolean
  /** Of the value; initial adds to maintenance. */
  readonly haircut: Ratios
}

/** A subaccount under PMRM_2. 18 decimals. */
export type PortfolioHoldings = {
  /** Settlement asset, signed. */
  readonly cash: bigint
  readonly stablePrice: bigint
  readonly spot: bigint
  /** Spot's; with a perp, the lesser of spot's and the perp's. */
  readonly confidence: bigint
  readonly perp: {
    /** Signed. */
    readonly size: bigint
    readonly price: bigint
    /** Profit, funding and settlements that are not yet in the cash balance. */
    readonly unrealized: bigint
  } | null
  readonly expiries: readonly PortfolioExpiry[]
  readonly collateral: readonly PortfolioCollateral[]
}

/** What the scenarios need of an expiry, computed once. 18 decimals. */
export type ExpiryTerms = {
  /** Of its options, discounted. */
  readonly markToMarket: bigint
  /** Multipliers of volatility. */
  readonly volatilityUp: bigint
  readonly volatilityDown: bigint
  /** Multipliers of its shocked value, where that is at or above 0, and below. */
  readonly longDiscount: bigint
  readonly shortDiscount: bigint
}

/** Net margins, at or above 0 where satisfied, with what they are made of. 18 decimals. */
export type PortfolioMargin = Ratios & {
  readonly markToMarket: bigint
  /** Index of the worst scenario; the number of scenarios when the basis contingency is worse. */
  readonly worst: number
  /** Gain or loss of each scenario. */
  readonly scenarios: readonly bigint[]
  readonly expiries: readonly ExpiryTerms[]
  /** Not above 0. */
  readonly basisContingency: bigint
  /** Charges beside the scenarios; initial adds to maintenance. */
  readonly contingency: { readonly [type in MarginType]: bigint }
}
