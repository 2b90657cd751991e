import { mulDivTrunc } from '@plimsoll/model'
import { multiply, ONE } from '../standard-margin.js'
import type { PortfolioCollateral, Scenario } from './portfolio.js'

/**
 * What a collateral is worth in the settlement asset: amount · price ÷ price of the settlement asset,
 * all in 18 decimals, cut once.
 *
 * @throws InvalidAmountError when the settlement asset is worth nothing
 */
export const collateralValue = (amount: bigint, price: bigint, stablePrice: bigint): bigint =>
  mulDivTrunc(amount, price, stablePrice)

/** What a collateral gains or loses in a scenario: nothing unless it moves with spot. */
export function collateralGain(
  { value, isRiskCancelling }: PortfolioCollateral,
  { spot, dampening }: Scenario,
): bigint {
  return isRiskCancelling ? multiply(multiply(value, spot - ONE), dampening) : 0n
}
