import type { Amount } from '@plimsoll/model'
import { mulDivHalfUp, rescaleDown } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'

/** Fixed-point oracles have at least as many decimals; a price with fewer was written as text. */
const FIXED_POINT_DECIMALS = 8
const TEXT_DECIMALS = 18

/**
 * A price times a multiplier ≥ 0, rounded half up to what its source could print: the decimals of a
 * fixed-point oracle stay, a decimal text gets 18. The multiplier is taken as the exact fraction that
 * the double is.
 *
 * @throws ScenarioError when the multiplier is negative or not finite.
 */
export function scalePrice(price: Amount, multiplier: number): Amount {
  if (multiplier === 1) return price
  if (!(multiplier >= 0 && multiplier < Infinity)) {
    throw new ScenarioError(
      `Cannot move a price by a factor of ${multiplier}. Pass a finite factor that is not negative.`,
    )
  }
  const { raw, decimals } =
    price.decimals < FIXED_POINT_DECIMALS ? rescaleDown(price, TEXT_DECIMALS) : price
  let numerator = multiplier
  let denominator = 1n
  // Doubling is exact, and ends since a double has finitely many binary digits.
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    denominator *= 2n
  }
  return { raw: mulDivHalfUp(raw, BigInt(numerator), denominator), decimals }
}
