import { mulDivTrunc } from '@plimsoll/model'
import { lesser, multiply, ONE } from '../standard-margin.js'
import { divide, greater, magnitude, squareRoot } from './arithmetic.js'
import { yearsOf } from './black76.js'
import { logarithm, power } from './exponential.js'
import type { SkewParameters, VolatilityParameters } from './portfolio.js'

const THIRTY_DAYS = 30n * 86_400n

/** What volatility is multiplied by in scenarios that raise and that lower it. 18 decimals. */
export function volatilityMultipliers(
  seconds: bigint,
  { rangeUp, rangeDown, shortPower, longPower, floorSeconds }: VolatilityParameters,
): { readonly up: bigint; readonly down: bigint } {
  const scale = power(
    divide(THIRTY_DAYS, greater(seconds, floorSeconds)),
    seconds <= THIRTY_DAYS ? shortPower : longPower,
  )
  return {
    up: ONE + multiply(rangeUp, scale),
    down: greater(ONE - multiply(rangeDown, scale), 0n),
  }
}

/** A tilt of the volatilities of one expiry: up to `cap`, reached `width` away from the forward. */
export type Tilt = {
  readonly kind: 'linear' | 'absolute'
  /** Of the volatility. May be below 0. */
  readonly cap: bigint
  /** In |ln(strike ÷ forward)|. */
  readonly width: bigint
}

/** The tilt of an expiry. 18 decimals. */
export function tiltOf(kind: Tilt['kind'], seconds: bigint, skew: SkewParameters): Tilt {
  const root = squareRoot(yearsOf(seconds))
  const [cap, slope] =
    kind === 'linear'
      ? [skew.linearCap, skew.linearCapSlope]
      : [skew.absoluteCap, skew.absoluteCapSlope]
  const volatility = skew.widthVolatility + multiply(root, skew.widthVolatilitySlope)
  return {
    kind,
    cap: multiply(slope, root) + cap,
    width: greater(skew.leastWidth, multiply(multiply(root, skew.widthScale), volatility)),
  }
}

/**
 * What a tilt multiplies the volatility of a strike by, not below 0. 18 decimals.
 *
 * @throws FixedPointError, InvalidAmountError where the contracts revert: no forward, no strike, no width
 */
export function tiltMultiplier(
  { kind, cap, width }: Tilt,
  strike: bigint,
  forward: bigint,
): bigint {
  const signed = logarithm(divide(strike, forward))
  const distance = kind === 'linear' ? signed : magnitude(signed)
  const tilt = mulDivTrunc(distance, cap, width)
  const limited = distance >= 0n ? lesser(cap, tilt) : greater(-cap, tilt)
  return greater(ONE + limited, 0n)
}
