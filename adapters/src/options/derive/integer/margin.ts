import { lesser, multiply, ONE } from '../standard-margin.js'
import { greater, sum } from './arithmetic.js'
import { collateralGain } from './collateral.js'
import {
  basisContingency,
  collateralContingency,
  expiryContingency,
  perpContingency,
} from './contingencies.js'
import { FixedPointError } from './errors.js'
import { expiryGain, expiryTerms } from './expiry.js'
import type {
  PortfolioHoldings,
  PortfolioMargin,
  PortfolioMarginParameters,
  Scenario,
} from './portfolio.js'

/**
 * Net initial and maintenance margin of a subaccount under PMRM_2, to the unit of the venue's
 * contracts, with every scenario's gain. For an auction that names one scenario, pass that one alone.
 *
 * Formula: PMRMLib_2 of derivexyz/v2-core 7736900; every product is cut toward zero in the order
 * written here. Net margin = worst · factor − contingencies + mark-to-market, where worst is the least
 * of the scenarios and of the basis contingency.
 *
 * @throws FixedPointError, InvalidAmountError where the contracts revert: no scenario, a number that is
 * negative or too large, no forward, strike or width under a tilt
 */
export function portfolioMargin(
  holdings: PortfolioHoldings,
  scenarios: readonly Scenario[],
  parameters: PortfolioMarginParameters,
): PortfolioMargin {
  if (scenarios.length === 0) {
    throw new FixedPointError(
      'The portfolio margin has no scenarios: the venue refuses that. Read the scenarios of the account’s manager.',
    )
  }
  const expiries = holdings.expiries.map((expiry) => ({
    expiry,
    terms: expiryTerms(expiry, parameters),
  }))
  const basis = sum(expiries, ({ expiry, terms }) => basisContingency(expiry, terms, parameters))
  const gains = scenarios.map(
    (scenario) =>
      perpGain(holdings, scenario) +
      sum(expiries, ({ expiry, terms }) => expiryGain(expiry, terms, scenario, parameters)) +
      sum(holdings.collateral, (held) => collateralGain(held, scenario)),
  )
  const least = gains.reduce(lesser, basis)
  const charges = [
    perpContingency(holdings, parameters),
    ...holdings.expiries.map((expiry) => expiryContingency(expiry, holdings, parameters)),
    ...holdings.collateral.map((held) => collateralContingency(held, parameters)),
  ]
  const contingency = {
    initial: sum(charges, ({ initial }) => initial),
    maintenance: sum(charges, ({ maintenance }) => maintenance),
  }
  const markToMarket =
    holdings.cash +
    (holdings.perp?.unrealized ?? 0n) +
    sum(expiries, ({ terms }) => terms.markToMarket) +
    sum(holdings.collateral, ({ value }) => value)
  const depeg = greater(parameters.peg.threshold - holdings.stablePrice, 0n)
  const initialFactor = parameters.lossFactor.initial + multiply(depeg, parameters.peg.factor)
  const beforeLoss = markToMarket - contingency.maintenance
  return {
    initial: multiply(least, initialFactor) - contingency.initial + beforeLoss,
    maintenance: multiply(least, parameters.lossFactor.maintenance) + beforeLoss,
    markToMarket,
    worst: least === basis ? scenarios.length : gains.indexOf(least),
    scenarios: gains,
    expiries: expiries.map(({ terms }) => terms),
    basisContingency: basis,
    contingency,
  }
}

/** What the perp gains or loses in a scenario. */
function perpGain({ perp }: PortfolioHoldings, { spot, dampening }: Scenario): bigint {
  if (perp === null) return 0n
  return multiply(multiply(perp.size, multiply(spot - ONE, perp.price)), dampening)
}
