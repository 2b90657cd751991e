import { checkFraction, checkPositive } from './checks.js'

/** A haircut of one holding period and the circumstances to which it is brought. */
export type HoldingPeriodInputs = {
  /** Haircut of the table, as a fraction. */
  readonly haircut: number
  /** Holding period of the table, days: 10 in the supervisory table. */
  readonly tableDays: number
  /** Minimum holding period T_M of the transaction, days. */
  readonly minimumDays: number
  /** Days N_R between two revaluations: 1 when margin is called daily. */
  readonly revaluationDays: number
}

/**
 * A tabled haircut brought to another holding period and revaluation: H·√((N_R + T_M − 1)/T), at
 * most 1. With `tableDays` = `minimumDays` it is the scaling for rarer revaluation alone.
 *
 * Source: Basel CRE22, comprehensive approach (H = H₁₀·√((N_R + T_M − 1)/10)).
 *
 * @example
 * scaleHaircut({ haircut: 0.15, tableDays: 10, minimumDays: 5, revaluationDays: 1 })
 * // 0.10606601717798213
 *
 * @throws HaircutError when the haircut is no fraction, a period is not positive, or revaluation is
 * more frequent than daily.
 */
export function scaleHaircut(inputs: HoldingPeriodInputs): number {
  const { haircut, tableDays, minimumDays, revaluationDays } = inputs
  checkFraction('haircut', haircut)
  checkPositive('holding period of the table', tableDays)
  checkPositive('minimum holding period', minimumDays)
  checkPositive('time between revaluations', revaluationDays)
  checkPositive('sum of holding and revaluation less one day', revaluationDays + minimumDays - 1)
  return Math.min(1, haircut * Math.sqrt((revaluationDays + minimumDays - 1) / tableDays))
}
