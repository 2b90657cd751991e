/** What a partial liquidation at Paradex is decided by, USD. */
export type LiquidationState = {
  readonly accountValue: number
  readonly maintenanceMargin: number
  /** Share of the liquidated maintenance margin that the insurance fund takes (`system/config`). */
  readonly liquidationFee: number
}

/** One step: the share that every position is reduced by, and what it costs. */
export type LiquidationStep = {
  readonly share: number
  /** Taken from the settlement balance, USD. */
  readonly penalty: number
  readonly accountValue: number
  readonly maintenanceMargin: number
}

/** Shares come in fifths. */
const STEPS = 5
/** Maintenance margin ÷ account value that a step must come below. */
const TARGET_RATIO = 0.9

/**
 * The venue's partial liquidation, or null while the account is healthy (maintenance margin ÷ value at
 * most 1): all positions are reduced by the least multiple of 20 % that brings the ratio below 90 %, at
 * a penalty of share × fee × maintenance margin; everything where no share does
 * (docs.paradex.trade, risk/liquidations, read 2026-11).
 *
 * @example
 * // The example of the document: 40 %, 17.76 USD.
 * liquidationStep({ accountValue: 80, maintenanceMargin: 88.8, liquidationFee: 0.5 })
 */
export function liquidationStep(state: LiquidationState): LiquidationStep | null {
  const { accountValue, maintenanceMargin, liquidationFee } = state
  if (!(maintenanceMargin > accountValue)) return null
  const after = (share: number): LiquidationStep => {
    const penalty = share * liquidationFee * maintenanceMargin
    return {
      share,
      penalty,
      accountValue: accountValue - penalty,
      maintenanceMargin: (1 - share) * maintenanceMargin,
    }
  }
  for (let step = 1; step < STEPS; step++) {
    const candidate = after(step / STEPS)
    if (candidate.maintenanceMargin < TARGET_RATIO * candidate.accountValue) return candidate
  }
  return after(1)
}
