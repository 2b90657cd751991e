import { checkLevel, checkSeries } from './checks.js'

/**
 * How a quantile of n observations is read between them, by the names of R. J. Hyndman and Y. Fan,
 * "Sample quantiles in statistical packages", Am. Statistician 50 (1996) 361–365, and of numpy:
 * `inverted-cdf` (type 1, the convention of this package), `averaged-inverted-cdf` (2), `hazen` (5),
 * `weibull` (6), `linear` (7), `median-unbiased` (8); `lower` and `higher` are the neighbours of
 * type 7, of which the lower return is the higher loss.
 */
export type QuantileConvention =
  | 'inverted-cdf'
  | 'averaged-inverted-cdf'
  | 'linear'
  | 'hazen'
  | 'weibull'
  | 'median-unbiased'
  | 'lower'
  | 'higher'

const ROUNDING = 1e-9

/**
 * Historical value at risk by a named quantile convention, for comparison with other programs: on
 * short histories the convention alone moves a 99 % value at risk by a third. The engine's own is
 * `inverted-cdf`, which {@link historicalTail} gives together with expected shortfall, faster.
 *
 * @param losses positive where money is lost, in any order; left as they are
 *
 * @throws TooFewObservationsError without losses; TailError when a loss is not finite; LevelError
 * when the level is not in (0, 1).
 *
 * @example
 * historicalValueAtRisk(Float64Array.of(1, 2, 3, 4), 0.5, 'linear') // 2.5
 */
export function historicalValueAtRisk(
  losses: Float64Array,
  level: number,
  convention: QuantileConvention = 'inverted-cdf',
): number {
  checkLevel(level)
  checkSeries('The history of losses', losses, 1)
  const ascending = losses.slice().sort()
  const last = losses.length - 1
  // The place among the losses from the worst, which is among the returns from the lowest.
  const place = Math.min(last, Math.max(0, snap(placeOf(convention, losses.length, 1 - level))))
  const whole = Math.floor(place)
  const at = ascending[last - whole] ?? NaN
  const after = ascending[Math.max(0, last - whole - 1)] ?? NaN
  return at + (place - whole) * (after - at)
}

/** Place from the worst, 0 the worst itself, for tail probability `tail`; it may lie outside. */
function placeOf(convention: QuantileConvention, n: number, tail: number): number {
  const product = snap(n * tail)
  switch (convention) {
    case 'inverted-cdf':
      return Math.ceil(product) - 1
    case 'averaged-inverted-cdf':
      return Number.isInteger(product) ? product - 0.5 : Math.ceil(product) - 1
    case 'linear':
      return (n - 1) * tail
    case 'hazen':
      return product - 0.5
    case 'weibull':
      return (n + 1) * tail - 1
    case 'median-unbiased':
      return (n + 1 / 3) * tail - 2 / 3
    case 'lower':
      return Math.floor(snap((n - 1) * tail))
    case 'higher':
      return Math.ceil(snap((n - 1) * tail))
  }
}

/** The nearest integer where a product misses it by rounding alone. */
function snap(value: number): number {
  const whole = Math.round(value)
  return Math.abs(value - whole) <= ROUNDING * Math.max(1, Math.abs(value)) ? whole : value
}
