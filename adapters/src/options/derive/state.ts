import type { Leg, MarkId, Native, SharedKey, VenueState } from '@plimsoll/model'
import {
  describeIssues,
  InvalidRuleError,
  MarkError,
  markId,
  sharedKey,
  toNumber,
} from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk/pricing'
import * as z from 'zod/mini'
import { yearsTo } from './feeds.js'
import { fromWeiNumber, toWei, weiOf } from './fixed-point.js'
import type {
  HeldCollateral,
  HeldExpiry,
  HeldMarket,
  HeldOption,
  HeldPerp,
  StandardPortfolio,
} from './standard-margin.js'
import { lesser, multiply } from './standard-margin.js'

const RATIOS = ['initial', 'maintenance'] as const
const OPTION = [
  'maxSpot',
  'minSpot',
  'callSpot',
  'putSpot',
  'putMark',
  'putOffset',
  'unpairedInitial',
  'unpairedMaintenance',
] as const
/** What an option leg carries: `fixedForward` is the part of the forward already averaged in. */
const EXPIRY = ['volatilityConfidence', 'fixedForward'] as const
const CONTINGENCY = [
  'perpThreshold',
  'optionThreshold',
  'baseThreshold',
  'confidenceFactor',
  'depegThreshold',
  'depegFactor',
] as const

/** Numbers of 18 decimals by name: parameters, shared state and native state all have this form. */
export type Numbers<Name extends string> = { readonly [name in Name]: bigint }

/** What the standard rule needs of one subaccount beside its legs. */
export type StandardRule = Numbers<'universe' | 'maintenanceCredit' | (typeof CONTINGENCY)[number]>
/** What an option leg carries of the feeds of its expiry. */
export type ExpiryState = Numbers<(typeof EXPIRY)[number]>

/** Id of the venue's mark behind a leg or price: `spot:ETH`, `perp:ETH`, `forward:ETH:<expiry>`. */
export const venueMark = (what: string): MarkId => markId(`derive/v3/${what}`)

/** Key of what accounts share: `perp:ETH`, `option:ETH`, `collateral:<universe>:ETH`. */
export const venueState = (what: string): SharedKey => sharedKey(`derive/v3/${what}`)

/** A subaccount in the venue's fixed point, with the marks that its prices come from. */
export type MarkedPortfolio = Omit<StandardPortfolio, 'markets' | 'collateral'> & {
  readonly stableMark: MarkId
  readonly markets: readonly MarkedMarket[]
  readonly collateral: readonly (HeldCollateral & { readonly mark: MarkId })[]
}

export type MarkedMarket = Omit<HeldMarket, 'perp' | 'expiries'> & {
  readonly mark: MarkId
  readonly perp: (HeldPerp & { readonly mark: MarkId; readonly quote: bigint }) | null
  readonly expiries: readonly (Omit<HeldExpiry, 'options'> & {
    readonly mark: MarkId
    readonly fixedForward: bigint
    readonly years: number
    readonly options: readonly (HeldOption & { readonly volatility: number })[]
  })[]
}

type Of<Kind extends Leg['kind']> = Extract<Leg, { readonly kind: Kind }>

/**
 * A standard subaccount at the marks and the instant of `state`. Options are priced by Black-76 in
 * doubles: within 3e-16 of the forward of the venue's own fixed-point price.
 *
 * @throws InvalidRuleError when legs, parameters or shared state do not fit the rule, MarkError
 * when a price, forward or volatility is missing.
 */
export function standardPortfolio({ account, shared, marks, at }: VenueState): MarkedPortfolio {
  const where = `Account "${account.id}" has`
  const advice = 'Read it again with this version of the Derive adapter.'
  const numbers = <const Name extends string>(
    names: readonly Name[],
    native: Native | undefined,
    what: string,
  ): Numbers<Name> => {
    const result = z.safeParse(z.record(z.enum(names), z.bigint().check(z.minimum(0n))), native)
    if (result.success) return result.data
    throw new InvalidRuleError(`${where} no usable numbers for ${what}. ${advice}`, {
      details: describeIssues(result.error),
    })
  }
  const sharedNumbers = <const Name extends string>(names: readonly Name[], what: string) =>
    numbers(names, shared.get(venueState(what)), what)
  const priced = (id: MarkId | null) => {
    const found = id === null ? undefined : marks.get(id)
    if (found === undefined || found.mid.raw <= 0n) {
      throw new MarkError(`${where} no positive price "${id}". ${advice}`)
    }
    // A price of which the venue states no confidence is not to be relied on at all.
    return { mark: found.id, price: toWei(found.mid), confidence: weiOf(found.confidence ?? 0) }
  }
  const all = <Kind extends Leg['kind']>(kind: Kind): readonly Of<Kind>[] =>
    account.legs.filter((leg): leg is Of<Kind> => leg.kind === kind)
  const cashOf = (prefix: string) => {
    const leg = all('cash').find(({ id }) => id.startsWith(prefix))
    if (leg !== undefined) return leg
    throw new InvalidRuleError(`${where} no leg "${prefix}". ${advice}`)
  }
  const stray = account.legs.find(({ kind }) => kind === 'debt' || kind === 'share')
  if (stray !== undefined) {
    throw new InvalidRuleError(`${where} leg "${stray.id}", which has no formula. ${advice}`)
  }

  const perpOf = (currency: string): MarkedMarket['perp'] => {
    const leg = all('perp').find(({ id }) => id === `perp:${currency}`)
    if (leg === undefined) return null
    const perp = priced(leg.mark)
    const size = toWei(leg.size)
    const quote = toWei(cashOf(`quote:${currency}`).amount)
    const requirement = sharedNumbers(RATIOS, leg.id)
    return { ...perp, size, requirement, quote, unrealized: quote + multiply(size, perp.price) }
  }
  const expiryOf = (expiry: number, legs: readonly Of<'option'>[], currency: string) => {
    const { price: forward, confidence, mark } = priced(legs[0]?.forward ?? null)
    const years = yearsTo(expiry, at)
    // One print serves the whole expiry; where legs disagree, the worse for the account counts.
    const lowest = (name: keyof ExpiryState) =>
      legs.map(({ native, id }) => numbers(EXPIRY, native, id)[name]).reduce(lesser)
    return {
      mark,
      forward,
      forwardConfidence: confidence,
      volatilityConfidence: lowest('volatilityConfidence'),
      fixedForward: lowest('fixedForward'),
      years,
      parameters: sharedNumbers(OPTION, `option:${currency}`),
      options: legs.map(({ id, right, size, strike, impliedVolatility: volatility }) => {
        if (volatility === null) {
          throw new MarkError(`${where} no implied volatility of "${id}". ${advice}`)
        }
        const price = black76Price({
          right,
          forward: fromWeiNumber(forward),
          strike: toNumber(strike),
          volatility,
          years,
          discount: 1,
        })
        return { right, size: toWei(size), strike: toWei(strike), volatility, price: weiOf(price) }
      }),
    }
  }
  const marketOf = (currency: string): MarkedMarket => {
    const { price, confidence, mark } = priced(venueMark(`spot:${currency}`))
    const options = all('option').filter((leg) => currencyOf(leg) === currency)
    const expiries = [...new Set(options.map(({ expiry }) => expiry))].sort((a, b) => a - b)
    return {
      spot: price,
      spotConfidence: confidence,
      mark,
      perp: perpOf(currency),
      expiries: expiries.map((expiry) =>
        expiryOf(
          expiry,
          options.filter((leg) => leg.expiry === expiry),
          currency,
        ),
      ),
    }
  }
  const cash = cashOf('cash:')
  const stable = priced(cash.mark)
  const { universe, maintenanceCredit, ...contingency } = numbers(
    ['universe', 'maintenanceCredit', ...CONTINGENCY],
    account.rule.parameters,
    'its rule',
  )
  return {
    cash: toWei(cash.amount),
    stablePrice: stable.price,
    stableMark: stable.mark,
    maintenanceCredit,
    contingency,
    markets: [...new Set([...all('perp'), ...all('option')].map(currencyOf))].sort().map(marketOf),
    collateral: all('collateral').map(({ id, amount, mark }) => {
      const factors = sharedNumbers(RATIOS, id.replace(':', `:${universe}:`))
      return {
        ...priced(mark),
        amount: toWei(amount),
        factors: { initial: [factors.initial], maintenance: [factors.maintenance] },
      }
    }),
  }
}

/** The currency of a position, from its id: `perp:<currency>`, `option:<currency>-<date>-…`. */
const currencyOf = ({ id }: Leg): string => id.split(/[:-]/)[1] ?? ''
