import { lesser, multiply, ONE } from '../standard-margin.js'
import { divide, divTrunc, greater, sum, unsigned } from './arithmetic.js'
import { black76, SECONDS_PER_YEAR, yearsOf } from './black76.js'
import { exponential } from './exponential.js'
import type {
  ExpiryTerms,
  PortfolioExpiry,
  PortfolioMarginParameters,
  PortfolioOption,
  Scenario,
  StaticDiscount,
} from './portfolio.js'
import { tiltMultiplier, tiltOf, volatilityMultipliers } from './volatility-shocks.js'

/**
 * What 1 at expiry is worth now at a rate, both in 18 decimals.
 *
 * Formula: e^(−rate · seconds ÷ 365 days), the exponent cut toward zero.
 *
 * @throws FixedPointError when either is below 0: the venue counts a negative rate as 0
 */
export function discountFactor(rate: bigint, seconds: bigint): bigint {
  const owed = unsigned(rate, 256n, 'rate') * unsigned(seconds, 64n, 'time to expiry')
  return exponential(-divTrunc(owed, SECONDS_PER_YEAR))
}

/** Discounted value of the options of an expiry. 18 decimals. @throws FixedPointError */
function optionsValue(
  { seconds, forward, discount, options }: PortfolioExpiry,
  spot: bigint,
  volatilityOf: (option: PortfolioOption, shocked: bigint) => bigint,
): bigint {
  const shocked = multiply(forward.variable, spot) + forward.fixed
  return sum(options, (option) => {
    const { call, put } = black76({
      seconds,
      discount,
      volatility: volatilityOf(option, shocked),
      forward: shocked,
      strike: option.strike,
    })
    return multiply(option.right === 'call' ? call : put, option.size)
  })
}

/** Discounted value of an expiry at another spot price, volatilities as they are. @throws FixedPointError */
export const valueAtSpot = (expiry: PortfolioExpiry, spot: bigint): bigint =>
  optionsValue(expiry, spot, ({ volatility }) => volatility)

/** What the scenarios need of an expiry. @throws FixedPointError, InvalidAmountError where the contracts revert */
export function expiryTerms(
  expiry: PortfolioExpiry,
  { volatility, longDiscount, shortDiscount }: PortfolioMarginParameters,
): ExpiryTerms {
  const { seconds, discount } = expiry
  const rate = unsigned(expiry.rate, 256n, 'rate')
  const { up, down } = volatilityMultipliers(seconds, volatility)
  const decay = ({ multiple, add }: StaticDiscount): bigint =>
    exponential(-multiply(yearsOf(seconds), multiply(rate, multiple) + add))
  return {
    markToMarket: valueAtSpot(expiry, ONE),
    volatilityUp: up,
    volatilityDown: down,
    longDiscount: multiply(longDiscount.base, decay(longDiscount)),
    shortDiscount: lesser(divide(ONE, discount), divide(shortDiscount.base, decay(shortDiscount))),
  }
}

/**
 * What an expiry gains or loses in a scenario. Those that tilt volatility count a gain as a loss of the
 * same size: it stands for the tilt the other way.
 *
 * Formula: PMRMLib_2 of derivexyz/v2-core 7736900; every product is cut toward zero.
 *
 * @throws FixedPointError, InvalidAmountError where the contracts revert
 */
export function expiryGain(
  expiry: PortfolioExpiry,
  terms: ExpiryTerms,
  scenario: Scenario,
  parameters: PortfolioMarginParameters,
): bigint {
  const shocked = shockedValue(expiry, terms, scenario, parameters)
  const discounted = multiply(shocked, shocked >= 0n ? terms.longDiscount : terms.shortDiscount)
  const gain = multiply(discounted - terms.markToMarket, scenario.dampening)
  return isTilt(scenario.volatility) ? lesser(gain, -gain) : gain
}

const isTilt = (shock: Scenario['volatility']): shock is 'linear' | 'absolute' =>
  shock === 'linear' || shock === 'absolute'

function shockedValue(
  expiry: PortfolioExpiry,
  { volatilityUp, volatilityDown }: ExpiryTerms,
  { spot, volatility: shock }: Scenario,
  { volatility: { leastUp }, skew }: PortfolioMarginParameters,
): bigint {
  if (isTilt(shock)) {
    const tilt = tiltOf(shock, expiry.seconds, skew)
    // A tilt leaves spot alone, whatever the scenario says of it.
    return optionsValue(expiry, ONE, ({ strike, volatility }, forward) =>
      multiply(volatility, tiltMultiplier(tilt, strike, forward)),
    )
  }
  const [multiplier, least] =
    shock === 'up' ? [volatilityUp, leastUp] : [shock === 'down' ? volatilityDown : ONE, 0n]
  return optionsValue(expiry, spot, ({ volatility }) =>
    greater(least, multiply(volatility, multiplier)),
  )
}
