import type { Leg, MarkId, VenueState } from '@plimsoll/model'
import { describeIssues, InvalidRuleError, MarkError, toNumber } from '@plimsoll/model'
import * as z from 'zod/mini'
import { yearsTo } from './feeds.js'
import { fromWeiNumber } from './fixed-point.js'
import type { Quoted, StressedExpiry, StressedPortfolio } from './scenario-margin.js'
import { venueMark } from './state.js'
import type { StressRule } from './stress-rule.js'

/** What an option leg carries of the feeds of its expiry, in 18 decimals. */
export type StressedOptionState = {
  readonly volatilityConfidence: bigint
  /** The part of the forward already averaged in. */
  readonly fixedForward: bigint
  /** A year; not below 0. */
  readonly rate: bigint
  readonly rateConfidence: bigint
}

const share = z.bigint().check(z.minimum(0n))
const optionSchema: z.ZodMiniType<StressedOptionState> = z.object({
  volatilityConfidence: share,
  fixedForward: share,
  rate: share,
  rateConfidence: share,
})

type Of<Kind extends Leg['kind']> = Extract<Leg, { readonly kind: Kind }>

/** A subaccount under portfolio margin over the marks that its prices come from, by index. */
export type MarkedStress = {
  readonly portfolio: StressedPortfolio
  readonly marks: readonly MarkId[]
}

/**
 * A portfolio-margin subaccount at the marks and the instant of `state`.
 *
 * @throws InvalidRuleError when its legs do not fit the rule, or are on more than one underlying,
 * MarkError when a price, forward, rate or volatility is missing.
 */
export function stressedPortfolio(
  { account, marks, at }: VenueState,
  { collateral }: StressRule,
): MarkedStress {
  const where = `Account "${account.id}" has`
  const advice = 'Read it again with this version of the Derive adapter.'
  const used: MarkId[] = []
  const quoted = (id: MarkId | null): Quoted => {
    const found = id === null ? undefined : marks.get(id)
    if (found === undefined || found.mid.raw <= 0n) {
      throw new MarkError(`${where} no positive price "${id}". ${advice}`)
    }
    const known = used.indexOf(found.id)
    return {
      price: toNumber(found.mid),
      // A price of which the venue states no confidence is not to be relied on at all.
      confidence: found.confidence ?? 0,
      mark: known >= 0 ? known : used.push(found.id) - 1,
    }
  }
  const all = <Kind extends Leg['kind']>(kind: Kind): readonly Of<Kind>[] =>
    account.legs.filter((leg): leg is Of<Kind> => leg.kind === kind)
  const stray = account.legs.find(({ kind }) => kind === 'debt' || kind === 'share')
  if (stray !== undefined) {
    throw new InvalidRuleError(`${where} leg "${stray.id}", which has no formula. ${advice}`)
  }
  const [perp, ...perps] = all('perp')
  const options = all('option')
  const underlyings = new Set([...all('perp'), ...options].map(currencyOf))
  const [underlying = ''] = underlyings
  if (perps.length > 0 || underlyings.size > 1) {
    throw new InvalidRuleError(
      `${where} positions on ${[...underlyings].sort().join(', ')}: portfolio margin holds one underlying. Read it again, or update the adapter if the venue nets several.`,
    )
  }
  const cash = all('cash').find(({ id }) => id.startsWith('cash:'))
  if (cash === undefined) throw new InvalidRuleError(`${where} no leg "cash:". ${advice}`)
  const { price, mark } = quoted(cash.mark)
  // Without positions there is no grid to move; collateral then counts at its own price.
  const spot = underlying === '' ? null : quoted(venueMark(`spot:${underlying}`))
  const portfolio: StressedPortfolio = {
    underlying,
    cash: all('cash').map(({ amount }) => toNumber(amount)),
    stable: { price, mark },
    spot: spot ?? { price: 1, confidence: 1, mark: -1 },
    perp:
      perp === undefined ? null : { leg: perp.id, size: toNumber(perp.size), ...quoted(perp.mark) },
    collateral: all('collateral').map((leg) => {
      const haircuts = collateral[leg.id.replace(/^collateral:/, '')]
      if (haircuts === undefined) {
        throw new InvalidRuleError(`${where} no haircuts of "${leg.id}". ${advice}`)
      }
      return { leg: leg.id, amount: toNumber(leg.amount), ...quoted(leg.mark), ...haircuts }
    }),
    expiries: [...new Set(options.map(({ expiry }) => expiry))]
      .sort((a, b) => a - b)
      .map((expiry) => expiryOf(expiry, options, at, where, quoted)),
  }
  return { portfolio, marks: used }
}

function expiryOf(
  expiry: number,
  all: readonly Of<'option'>[],
  at: number,
  where: string,
  quoted: (id: MarkId | null) => Quoted,
): StressedExpiry {
  const legs = all.filter((leg) => leg.expiry === expiry)
  const states = legs.map(({ id, native }) => {
    const result = z.safeParse(optionSchema, native)
    if (result.success) return result.data
    throw new InvalidRuleError(
      `${where} no usable feeds of "${id}". Read it again with this version of the Derive adapter.`,
      { details: describeIssues(result.error) },
    )
  })
  // One print serves the whole expiry; where legs disagree, the least confidence counts.
  const least = (name: keyof StressedOptionState) =>
    Math.min(...states.map((state) => fromWeiNumber(state[name])))
  const forward = quoted(legs[0]?.forward ?? null)
  const forwardFixed = least('fixedForward')
  return {
    years: yearsTo(expiry, at),
    forward: { ...forward, price: forward.price - forwardFixed },
    forwardFixed,
    rate: least('rate'),
    rateConfidence: least('rateConfidence'),
    volatilityConfidence: least('volatilityConfidence'),
    options: legs.map(({ id, right, size, strike, impliedVolatility }) => {
      if (impliedVolatility === null) {
        throw new MarkError(
          `${where} no implied volatility of "${id}". Read it again with this version of the Derive adapter.`,
        )
      }
      return {
        leg: id,
        right,
        size: toNumber(size),
        strike: toNumber(strike),
        volatility: impliedVolatility,
      }
    }),
  }
}

/** The currency of a position, from its id: `perp:<currency>`, `option:<currency>-<date>-…`. */
const currencyOf = ({ id }: Leg): string => id.split(/[:-]/)[1] ?? ''
