import { checkNotNegative, checkPositive } from './checks.js'
import { HaircutError } from './errors.js'

/** A position against what the market trades. */
export type TradedPosition = {
  /** Size of the position, in the unit of the volume; its sign does not matter. */
  readonly quantity: number
  /** What is traded in a day on average. */
  readonly averageDailyVolume: number
  /** Share of a day's volume that can be sold without moving the price, above 0. */
  readonly fraction: number
}

/**
 * How much more margin a position asks for that the market cannot take in a day:
 * max(1, √(|Q|/(k·ADV))).
 *
 * The form of the concentration risk factor of ISDA SIMM, with k·ADV for its threshold.
 *
 * @example
 * concentrationMultiplier({ quantity: 393.6, averageDailyVolume: 484.9, fraction: 0.25 })
 * // 1.801903166558611
 *
 * @throws HaircutError when the quantity is not finite, or the volume or fraction not positive.
 */
export function concentrationMultiplier(position: TradedPosition): number {
  const { quantity, averageDailyVolume, fraction } = position
  checkNotNegative('magnitude of the quantity', Math.abs(quantity))
  checkPositive('average daily volume', averageDailyVolume)
  checkPositive('fraction of the volume', fraction)
  return Math.max(1, Math.sqrt(Math.abs(quantity) / (fraction * averageDailyVolume)))
}

/**
 * Concentration risk factor of several sensitivities to one risk: CR = max(1, √(|Σs|/T)).
 * Sensitivities of opposite sign offset each other.
 *
 * Source: ISDA SIMM 2.5, concentration risk factor.
 *
 * @example
 * concentrationRisk([-323_739, 13_049_378, -6_396_936, -9_573_630], 1_065_000) // 1.745531383907655
 *
 * @param threshold in the unit of the sensitivities
 * @throws HaircutError when a sensitivity is not finite or the threshold not positive.
 */
export function concentrationRisk(sensitivities: readonly number[], threshold: number): number {
  checkPositive('concentration threshold', threshold)
  let sum = 0
  for (const sensitivity of sensitivities) sum += sensitivity
  if (!Number.isFinite(sum)) {
    throw new HaircutError(
      `The sensitivities add up to ${sum}. Give finite sensitivities in one currency.`,
    )
  }
  return Math.max(1, Math.sqrt(Math.abs(sum) / threshold))
}
