import { lesser, multiply, ONE } from '../standard-margin.js'
import { greater, magnitude, sum, unsigned } from './arithmetic.js'
import { yearsOf } from './black76.js'
import { valueAtSpot } from './expiry.js'
import type {
  ExpiryTerms,
  PortfolioCollateral,
  PortfolioExpiry,
  PortfolioHoldings,
  PortfolioMargin,
  PortfolioMarginParameters,
  PortfolioOption,
} from './portfolio.js'

type Contingency = PortfolioMargin['contingency']

/**
 * What the worse of two moves of the forward would lose, with the options' volatilities as they are,
 * times a share that grows with time. Not above 0.
 *
 * Formula: min(up, down, 0) · (add + addPerYear · years)
 *
 * @throws FixedPointError
 */
export function basisContingency(
  expiry: PortfolioExpiry,
  { markToMarket }: ExpiryTerms,
  { basis }: PortfolioMarginParameters,
): bigint {
  const gains = [basis.spotUp, basis.spotDown].map(
    (spot) => valueAtSpot(expiry, spot) - markToMarket,
  )
  const share = basis.add + multiply(basis.addPerYear, yearsOf(expiry.seconds))
  return multiply(gains.reduce(lesser, 0n), share)
}

/** What is charged on a notional because a feed is unsure: 0 at or above the threshold. */
function confidenceCharge(
  confidence: bigint,
  notional: bigint,
  { confidence: { threshold, factor } }: PortfolioMarginParameters,
): bigint {
  return confidence < threshold ? multiply(multiply(ONE - confidence, factor), notional) : 0n
}

/** Options sold, less those of the same strike and expiry that are bought. */
export function nakedShorts(options: readonly PortfolioOption[]): bigint {
  const net = new Map<bigint, bigint>()
  for (const { strike, size } of options) net.set(strike, (net.get(strike) ?? 0n) + size)
  return sum([...net.values()], (size) => greater(-size, 0n))
}

/** Charges of the perp on its notional at spot. */
export function perpContingency(
  { spot, confidence, perp }: PortfolioHoldings,
  parameters: PortfolioMarginParameters,
): Contingency {
  const notional = multiply(magnitude(perp?.size ?? 0n), spot)
  return {
    maintenance: multiply(notional, parameters.perp.maintenance),
    initial:
      multiply(notional, parameters.perp.initial) +
      confidenceCharge(confidence, notional, parameters),
  }
}

/** Charges of an expiry: on naked shorts, and for low confidence on everything held. */
export function expiryContingency(
  { options, confidence }: PortfolioExpiry,
  holdings: Pick<PortfolioHoldings, 'spot' | 'confidence'>,
  parameters: PortfolioMarginParameters,
): Contingency {
  const notional = multiply(nakedShorts(options), holdings.spot)
  const held = multiply(
    sum(options, ({ size }) => magnitude(size)),
    holdings.spot,
  )
  return {
    maintenance: multiply(notional, parameters.option.maintenance),
    initial:
      multiply(notional, parameters.option.initial) +
      confidenceCharge(lesser(holdings.confidence, confidence), held, parameters),
  }
}

/** Charges of a collateral: its haircuts, and for low confidence. @throws FixedPointError below 0 */
export function collateralContingency(
  { value: held, haircut, confidence }: PortfolioCollateral,
  parameters: PortfolioMarginParameters,
): Contingency {
  const value = unsigned(held, 256n, 'value of a collateral')
  return {
    maintenance: multiply(value, haircut.maintenance),
    initial: multiply(value, haircut.initial) + confidenceCharge(confidence, value, parameters),
  }
}
