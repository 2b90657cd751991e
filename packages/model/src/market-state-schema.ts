import * as z from 'zod/mini'
import type { FactorId } from './ids.js'
import { factorId } from './ids.js'
import type {
  FactorDepth,
  FactorHistory,
  FundingRate,
  MarketState,
  Provenance,
  VolatilitySurface,
} from './market-state.js'

/** Least annualised volatility of a spot factor that nobody calibrated. */
const LEAST_DEFAULT_VOLATILITY = 2

const factorOf = (
  ...prefixes: readonly ('spot:' | 'peg:' | 'iv:' | 'funding:')[]
): z.ZodMiniType<FactorId> =>
  z.custom<FactorId>(
    (value) => {
      if (typeof value !== 'string') return false
      if (!prefixes.some((prefix) => value.startsWith(prefix))) return false
      try {
        return factorId(value) === value
      } catch {
        return false
      }
    },
    `not a factor ${prefixes.join('… or ')}…`,
  )

const spotFactor = factorOf('spot:')
const instant = z.number().check(z.minimum(0))
const magnitude = z.number().check(z.minimum(0))
const fraction = z.number().check(z.minimum(0), z.maximum(1))
const text = z.string().check(z.minLength(1))

const provenance: z.ZodMiniType<Provenance> = z
  .strictObject({
    source: text,
    asOfMs: instant,
    observed: z.nullable(z.strictObject({ fromMs: instant, toMs: instant })),
  })
  .check(
    z.refine(
      ({ asOfMs, observed }) =>
        observed === null || (observed.fromMs <= observed.toMs && observed.toMs <= asOfMs),
      'its observations are not in order, or end after its date',
    ),
  )

const spot = { volatility: magnitude, stressed: magnitude, floor: magnitude, provenance }
const peg = { down: fraction, up: magnitude, provenance }
const impliedVolatility = {
  up: magnitude,
  down: fraction,
  shortPower: magnitude,
  longPower: magnitude,
  floorDays: z.number().check(z.minimum(0.01)),
  provenance,
}

const correlation = z
  .strictObject({
    factors: z.tuple([spotFactor, spotFactor]),
    value: z.number().check(z.minimum(-1), z.maximum(1)),
    provenance,
  })
  .check(z.refine(({ factors: [a, b] }) => a < b, 'its factors are the same or not in order'))

/** Rows of {@link FactorDepth}. */
export const depthSchema: z.ZodMiniType<FactorDepth> = z
  .strictObject({
    factor: spotFactor,
    dailyVolume: z.nullable(z.number().check(z.gt(0))),
    points: z.array(z.strictObject({ notional: magnitude, price: magnitude })),
    provenance,
  })
  .check(
    z.refine(({ points }) => {
      if (points.length > 0 && points[0]?.notional !== 0) return false
      return points.every((point, index) => {
        const before = points[index - 1]
        return (
          before === undefined || (before.notional < point.notional && before.price >= point.price)
        )
      })
    }, 'its points do not begin at 0, or do not fall in price as the notional rises'),
  )

const price = z.number().check(z.gt(0))

/** Rows of {@link FactorHistory}. */
export const historySchema: z.ZodMiniType<FactorHistory> = z
  .strictObject({
    factor: factorOf('spot:', 'peg:'),
    intervalMs: price,
    toMs: instant,
    prices: z.array(price).check(z.minLength(2)),
    provenance,
  })
  .check(
    z.refine(
      ({ toMs, provenance: { asOfMs } }) => toMs <= asOfMs,
      'its last close is newer than its date',
    ),
  )

const expiry = z
  .strictObject({
    expiry: instant,
    forward: price,
    points: z
      .array(z.strictObject({ strike: price, impliedVolatility: price }))
      .check(z.minLength(1)),
  })
  .check(
    z.refine(({ points }) => rise(points.map(({ strike }) => strike)), 'its strikes do not rise'),
  )

/** Rows of {@link VolatilitySurface}. */
export const surfaceSchema: z.ZodMiniType<VolatilitySurface> = z
  .strictObject({ factor: factorOf('iv:'), expiries: z.array(expiry), provenance })
  .check(
    z.refine(({ expiries }) => rise(expiries.map((row) => row.expiry)), 'its expiries do not rise'),
  )

/** Rows of {@link FundingRate}. */
export const fundingSchema: z.ZodMiniType<FundingRate> = z.strictObject({
  factor: factorOf('funding:'),
  venue: text,
  rate: z.number(),
  provenance,
})

function rise(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || (values[index - 1] ?? Infinity) < value)
}

/** The shape of a serialised market state, with what must hold between its fields. */
export const marketStateSchema: z.ZodMiniType<MarketState> = z
  .strictObject({
    // The constant of market-state.ts, which imports this file.
    format: z.literal('plimsoll-market-state/1'),
    source: text,
    asOfMs: instant,
    expiresAtMs: instant,
    volatilities: z.array(
      z.strictObject({
        factor: spotFactor,
        calibration: z.enum(['default', 'observed']),
        ...spot,
      }),
    ),
    pegs: z.array(z.strictObject({ factor: factorOf('peg:'), ...peg })),
    impliedVolatilities: z.array(z.strictObject({ factor: factorOf('iv:'), ...impliedVolatility })),
    correlations: z.array(correlation),
    depths: z.array(depthSchema),
    histories: z.array(historySchema),
    surfaces: z.array(surfaceSchema),
    fundings: z.array(fundingSchema),
    defaults: z.strictObject({
      spot: z
        .strictObject(spot)
        .check(
          z.refine(
            ({ volatility }) => volatility >= LEAST_DEFAULT_VOLATILITY,
            'the volatility of an unlisted factor is below 2 (200 % a year)',
          ),
        ),
      peg: z.strictObject(peg),
      impliedVolatility: z.strictObject(impliedVolatility),
    }),
  })
  .check(
    z.refine(({ asOfMs, expiresAtMs }) => asOfMs < expiresAtMs, 'it expires before it begins'),
    z.refine(
      ({ volatilities, pegs, impliedVolatilities, depths, histories, surfaces }) =>
        [volatilities, pegs, impliedVolatilities, depths, histories, surfaces].every((rows) =>
          areUnique(rows.map(({ factor }) => factor)),
        ),
      'a factor occurs twice in one list',
    ),
    z.refine(
      ({ correlations }) => areUnique(correlations.map(({ factors }) => factors.join(' '))),
      'a pair of factors has two correlations',
    ),
    z.refine(
      ({ fundings }) => areUnique(fundings.map(({ factor, venue }) => `${factor} ${venue}`)),
      'a venue has two fundings of one factor',
    ),
    z.refine(
      (state) => provenancesOf(state).every(({ asOfMs }) => asOfMs <= state.asOfMs),
      'a number is newer than the state that holds it',
    ),
  )

function areUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length
}

function provenancesOf({
  volatilities,
  pegs,
  impliedVolatilities,
  correlations,
  depths,
  histories,
  surfaces,
  fundings,
  defaults,
}: Omit<MarketState, 'format' | 'source' | 'asOfMs' | 'expiresAtMs'>): readonly Provenance[] {
  return [
    ...volatilities,
    ...pegs,
    ...impliedVolatilities,
    ...correlations,
    ...depths,
    ...histories,
    ...surfaces,
    ...fundings,
    defaults.spot,
    defaults.peg,
    defaults.impliedVolatility,
  ].map((row) => row.provenance)
}
