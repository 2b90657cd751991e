import type { AccountId, AssetId, FactorId, QualityFlag } from '@plimsoll/model'
import type { WorstCase } from '../compare/system.js'
import type { AddOn } from './addOns.js'
import type { UsedInput, UsedVolatility } from './calibration.js'
import type { SideLoss } from './losses.js'
import type { PegCharge } from './pegs.js'

/** One underlying: its worst both ways, and its part of the whole. Money in the numeraire. */
export type UnderlyingMargin = {
  readonly factor: FactorId
  readonly used: UsedVolatility
  /** Null where no option needs one. */
  readonly impliedVolatility: UsedInput | null
  readonly fall: SideLoss
  readonly rise: SideLoss
  /** Which of the two counts. */
  readonly counted: 'fall' | 'rise'
  /** Part of `spot`, the loss of all underlyings together; the parts add up to it. */
  readonly component: number
}

/** Part of one leg in the maintenance margin, in the numeraire. */
export type UnifiedContribution = {
  /** `<account id>#<leg id>`. */
  readonly leg: string
  /** Signed units of the leg. */
  readonly quantity: number
  /** Components add up to the maintenance margin; below 0 for what hedges. */
  readonly component: number
  /**
   * Change of the margin without add-ons per unit more of the leg, at its scenario (Euler):
   * Σ quantity × marginal is the margin without add-ons.
   */
  readonly marginal: number
}

/** What collateral counts for when it stands alone: no hedge, no netting. */
export type RiskWeightedCollateral = {
  readonly account: AccountId
  readonly leg: string
  readonly asset: AssetId
  /** In the numeraire. */
  readonly value: number
  /** Haircuts as fractions: of a fall of its spot factors, of its pegs, of selling it at once. */
  readonly volatility: number
  readonly peg: number
  /** Null where no depth is known; nothing is then taken off for it. */
  readonly liquidity: number | null
  /** 1 − Π(1 − haircut). */
  readonly haircut: number
  readonly weighted: number
}

/** Something that limits what the margin says. */
export type UnifiedFlag = {
  readonly code:
    | 'expired-market'
    | 'default-calibration'
    | 'unlisted-factor'
    | 'unmeasured-correlation'
    | 'unknown-depth'
    | 'unplaced'
  /** `unknown` makes the margins null. */
  readonly severity: 'note' | 'warning' | 'unknown'
  readonly message: string
}

/** The same model for every account alone, against all of them in one. Without add-ons. */
export type UnifiedNetting = {
  /** Σ over accounts of the margin of each alone. */
  readonly siloed: number
  /** The margin of all legs in one account. */
  readonly netted: number
  /** siloed − netted: netting that no venue grants. */
  readonly notGranted: number
  /** netted ÷ siloed; null where nothing is asked. */
  readonly capitalEfficiency: number | null
  readonly byAccount: readonly { readonly account: AccountId; readonly alone: number }[]
}

/** What books ask, apart from what their owner has. Money in the numeraire. */
export type UnifiedRequirement = {
  /** Loss of all underlyings together. */
  readonly spot: number
  /** Σ of what broken pegs cost. */
  readonly peg: number
  /** Σ of liquidity and concentration. */
  readonly addOn: number
  /** spot + peg + addOn. */
  readonly maintenance: number
  /** initialFactor × (spot + peg) + addOn. */
  readonly initial: number
  readonly underlyings: readonly UnderlyingMargin[]
  readonly pegs: readonly PegCharge[]
  readonly addOns: readonly AddOn[]
  /** By leg, in order of id. */
  readonly contributions: readonly UnifiedContribution[]
  /** Null where no underlying loses. */
  readonly worst: WorstCase | null
}

/** What one cross-margin venue would ask for a portfolio. Money in the numeraire. */
export type UnifiedMargin = {
  readonly numeraire: string
  /** Unix milliseconds for which it was computed. */
  readonly nowMs: number
  /** Σ worth of all legs; null where something that may be owed has no price. */
  readonly equity: number | null
  /** Null where `flags` or `quality` say `unknown`; then `parts.maintenance` is of what is known, by what was given. */
  readonly maintenance: number | null
  readonly initial: number | null
  /** equity − maintenance. */
  readonly excess: number | null
  readonly parts: UnifiedRequirement
  readonly netting: UnifiedNetting
  /** Against what the venues ask, where that was given; below 0 where this model is the stricter. */
  readonly venues: { readonly siloed: number; readonly notGranted: number | null } | null
  readonly collateral: readonly RiskWeightedCollateral[]
  /** Legs whose risk is not known, each with the reason. */
  readonly unplaced: readonly { readonly leg: string; readonly message: string }[]
  readonly flags: readonly UnifiedFlag[]
  /** What limits the reading of the portfolio, as in a report. */
  readonly quality: readonly QualityFlag[]
}
