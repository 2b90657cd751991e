import type { AccountId, MarkId } from './ids.js'
import type { ScenarioTest } from './scenario-test.js'

/**
 * A compiled account: tests over kernels, with every price as a multiplier of today's mark.
 * `marks[i]` names multiplier i; terms refer to it by index. Values are numeraire amounts today.
 */
export type CompiledAccount = {
  readonly account: AccountId
  readonly marks: readonly MarkId[]
  /** None: nothing can liquidate the account. */
  readonly tests: readonly CompiledTest[]
  /** Liquidatable when any, or when all, of the tests fail. */
  readonly combine: 'any' | 'all'
  /** |compiled − exact| health is at most this, relative. Within it, decide exactly. */
  readonly errorBound: number
}

/** `value × multiplier[mark]`, in the numeraire; `mark` −1 is a constant. */
export type Term = { readonly mark: number; readonly value: number }

/** A term that counts only in part. */
export type WeightedTerm = Term & { readonly weight: number }

/** Collateral of a loan. */
export type CollateralTerm = WeightedTerm & {
  /** What a liquidator gains on what he repays, as a fraction, where the venue has one bonus. */
  readonly liquidationBonus?: number
}

/** Tiered maintenance of one position: at notional n in tier i it is `n × rate − deduction`. */
export type MarginTier = {
  readonly from: number
  readonly rate: number
  readonly deduction: number
}

/** Lending: resource = Σ value·weight over collateral, requirement = Σ debt. */
export type ThresholdTest = {
  readonly kernel: 'threshold'
  /** True: liquidatable when resource < requirement; false: also when equal. */
  readonly strict: boolean
  readonly collateral: readonly CollateralTerm[]
  readonly debt: readonly Term[]
  /** Average the weights over the collateral and round down to this step, where the venue does; else null. */
  readonly averageStep: number | null
}

/**
 * Perps: resource = Σ equity terms (cash, positions, haircut collateral); requirement = fixed + Σ
 * tiered maintenance of |position|. With `borrow` the account is judged instead by
 * `requirement + max(0, requirement − resource) > limit × (borrow collateral + max(resource, requirement))`.
 */
export type MaintenanceTest = {
  readonly kernel: 'maintenance'
  readonly strict: boolean
  readonly equity: readonly WeightedTerm[]
  readonly positions: readonly (Term & { readonly tiers: readonly MarginTier[] })[]
  /** Requirement that does not depend on prices. */
  readonly fixedRequirement: number
  readonly borrow: { readonly collateral: readonly WeightedTerm[]; readonly limit: number } | null
}

/** One option of a standard-margin account. Prices per unit of the index. */
export type StandardOption = {
  readonly right: 'call' | 'put'
  /** Signed. */
  readonly size: number
  readonly strike: number
  readonly impliedVolatility: number
}

/** Options of one expiry; `years` to it (365 days), discount factor 1. */
export type StandardExpiry = {
  readonly years: number
  /** Forward today and the index of its multiplier. */
  readonly forward: number
  readonly forwardMark: number
  /** Share of the forward that is already averaged in and no longer moves; added to it. */
  readonly forwardFixed: number
  readonly options: readonly StandardOption[]
}

/** Ratios of a standard-margin market, as fractions. */
export type StandardParameters = {
  readonly perpRequirement: number
  readonly baseFactor: number
  readonly callSpotRequirement: number
  readonly putSpotRequirement: number
  readonly putMarkRequirement: number
  readonly unpairedScale: number
}

/** One underlying of a standard-margin account. */
export type StandardMarket = {
  readonly spot: number
  readonly spotMark: number
  readonly perp: { readonly size: number; readonly price: number; readonly mark: number } | null
  /** Amount of the underlying held as collateral. */
  readonly base: number
  readonly expiries: readonly StandardExpiry[]
  readonly parameters: StandardParameters
}

/**
 * Options, per-option formulas and spreads by maximum loss: resource = mark-to-market value,
 * requirement = mark-to-market − net maintenance margin. Both are in the settlement asset.
 */
export type StandardTest = {
  readonly kernel: 'standard'
  readonly strict: boolean
  readonly cash: readonly Term[]
  /** Price of the settlement asset, which divides the mark-to-market of collateral. */
  readonly stable: Term
  /** Part of net maintenance margin that is not in the mark-to-market. */
  readonly credit: number
  /**
   * Marks that the test was reported for rather than computed from: once any of them moves, resource
   * and requirement are unknown (NaN).
   */
  readonly pinned?: readonly number[]
  readonly markets: readonly StandardMarket[]
}

export type CompiledTest = ThresholdTest | MaintenanceTest | StandardTest | ScenarioTest
