import type {
  CollateralLeg,
  DebtLeg,
  MarkId,
  Native,
  OptionLeg,
  PerpLeg,
  SharedKey,
  VenueState,
} from '@plimsoll/model'
import {
  describeIssues,
  InvalidRuleError,
  MarkError,
  markId,
  sharedKey,
  toNumber,
} from '@plimsoll/model'
import * as z from 'zod/mini'
import type { PortfolioParameters, Underlying } from './margin-portfolio.js'
import { optionQuoteNow } from './margin-pricing.js'
import type { Holdings, Market, Position, SpotBalance } from './positions.js'

/** Key of a market's terms in `portfolio.shared`. */
export const marketKey = (symbol: string): SharedKey => sharedKey(`paradex/market/${symbol}`)
/** Key of an underlying's portfolio-margin parameters. */
export const underlyingKey = (base: string): SharedKey => sharedKey(`paradex/underlying/${base}`)
/** Mark of a perpetual. */
export const perpMark = (symbol: string): MarkId => markId(`paradex/mark:${symbol}`)
/** Mark of the spot price under a base asset's markets. */
export const spotMark = (base: string): MarkId => markId(`paradex/spot:${base}`)
/** Mark of a token that is held as a balance. */
export const tokenMark = (token: string): MarkId => markId(`paradex/token:${token}`)

const decimal: z.ZodMiniType<number> = z.pipe(
  z.string().check(z.regex(/^-?\d{1,30}(\.\d{1,77})?$/)),
  z.transform(Number),
)
const side = z.object({
  longInTheMoney: decimal,
  premiumMultiplier: decimal,
  shortInTheMoney: decimal,
  shortOutOfTheMoney: decimal,
  shortPutCap: decimal,
})
/** Cross margin does not read deltas: where the venue gives none, nothing can be computed with it. */
const knownDelta = z.pipe(
  z.nullable(decimal),
  z.transform((value) => value ?? Number.NaN),
)
const terms = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('perp'),
    base: z.string(),
    delta: knownDelta,
    initialFraction: decimal,
    maintenanceFactor: decimal,
  }),
  z.object({
    kind: z.literal('option'),
    base: z.string(),
    delta: knownDelta,
    /** The venue's mark, the spot and the volatility that it belongs to. */
    mark: decimal,
    spot: decimal,
    volatility: decimal,
    right: z.enum(['call', 'put']),
    strike: decimal,
    expiry: z.int(),
    initial: side,
    maintenance: side,
  }),
])
type Terms = z.infer<typeof terms>

const order = z.object({ market: z.string(), size: decimal, price: decimal })
const ruleParameters = z.object({
  orders: z.array(order),
  /** Fee rate by market. */
  fees: z.record(z.string(), decimal),
})
const underlyingParameters = z.object({
  /** Of one funding period, and how many of them the provision covers. */
  fundingRate: decimal,
  fundingPeriods: z.number(),
  interestRate: decimal,
  hedgedFactor: z.number(),
  unhedgedFactor: z.number(),
  maintenanceFactor: z.number(),
  volatility: z.object({
    shortPower: z.number(),
    longPower: z.number(),
    floorDays: z.number(),
    minimumUp: z.number(),
  }),
  scenarios: z
    .array(z.object({ spot: z.number(), volatility: z.number(), weight: z.number() }))
    .check(z.minLength(1)),
})

function parse<Value>(
  schema: z.ZodMiniType<Value>,
  value: Native | undefined,
  what: string,
): Value {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  throw new InvalidRuleError(
    `"${what}" does not fit the Paradex rule. Read the account again with the adapter of this version.`,
    { details: describeIssues(result.error) },
  )
}

/** A signed amount of money that moves with a mark. */
export type Money = { readonly mark: MarkId; readonly value: number }

/** What an account holds at the marks of its state. */
export type AccountState = {
  readonly holdings: Holdings
  /** Settlement balance and what positions were paid with, USD. */
  readonly cash: readonly Money[]
  /** Base asset of every market that is held or ordered. */
  readonly bases: readonly string[]
}

type Priced = { readonly price: number; readonly mark: MarkId }

function priceOf({ marks, account }: VenueState, id: MarkId | null): Priced {
  const mark = id === null ? undefined : marks.get(id)
  if (mark !== undefined && mark.mid.raw > 0n) return { price: toNumber(mark.mid), mark: mark.id }
  throw new MarkError(
    `Account "${account.id}" has no positive mark "${id ?? '(none)'}". Read the account again.`,
  )
}

/**
 * The account as its margin rule reads it: positions, orders and balances at the marks of the state.
 *
 * @param rateOf continuous rate at which options on a base asset are priced
 * @throws InvalidRuleError when a leg or parameter does not fit; MarkError without a positive mark.
 */
export function accountState(
  state: VenueState,
  rateOf: (base: string) => number = () => 0,
): AccountState {
  const { account } = state
  const { orders, fees } = parse(ruleParameters, account.rule.parameters, 'its parameters')
  const markets = new Map<string, Market>()
  const bases = new Set<string>()
  const market = (symbol: string, leg: OptionLeg | null): void => {
    const known = termsOf(state, symbol)
    const feeRate = fees[symbol]
    if (feeRate === undefined) throw misfit(`the fee rate of ${symbol}`)
    bases.add(known.base)
    const given = { symbol, known, feeRate, leg, interestRate: rateOf(known.base) }
    markets.set(symbol, marketNow(state, given))
  }
  const positions: Position[] = []
  const balances: SpotBalance[] = []
  const cash: Money[] = []
  for (const leg of account.legs) {
    switch (leg.kind) {
      case 'perp':
      case 'option': {
        const symbol = symbolOf(leg)
        market(symbol, leg.kind === 'option' ? leg : null)
        positions.push({ market: symbol, size: toNumber(leg.size) })
        break
      }
      case 'cash': {
        const { price, mark } = priceOf(state, leg.mark)
        cash.push({ mark, value: toNumber(leg.amount) * price })
        break
      }
      case 'collateral':
      case 'debt':
        balances.push(balanceOf(state, leg))
        break
      case 'share':
        throw misfit(leg.id)
    }
  }
  for (const { market: symbol } of orders) if (!markets.has(symbol)) market(symbol, null)
  return { holdings: { markets, positions, orders, balances }, cash, bases: [...bases] }
}

const misfit = (what: string): InvalidRuleError =>
  new InvalidRuleError(`"${what}" does not fit the Paradex rule. Read the account again.`)

/** The market of a leg, from its id: `<kind>:<market>`, `<kind>:<market>:2` for a second entry. */
export const symbolOf = ({ id }: PerpLeg | OptionLeg): string => id.split(':')[1] ?? ''

function balanceOf(state: VenueState, leg: CollateralLeg | DebtLeg): SpotBalance {
  const { price } = priceOf(state, leg.mark)
  const size = toNumber(leg.amount)
  return { token: leg.id.split(':')[1] ?? '', size: leg.kind === 'debt' ? -size : size, price }
}

type Given = {
  readonly symbol: string
  readonly known: Terms
  readonly feeRate: number
  /** The option leg, whose volatility may have moved; null for perpetuals and orders. */
  readonly leg: OptionLeg | null
  readonly interestRate: number
}

function marketNow(
  state: VenueState,
  { symbol, known, feeRate, leg, interestRate }: Given,
): Market {
  if (known.kind === 'perp') {
    const { price } = priceOf(state, perpMark(symbol))
    const { initialFraction, maintenanceFactor } = known
    return {
      kind: 'perp',
      mark: price,
      underlying: price,
      delta: known.delta,
      feeRate,
      parameters: { initialFraction, maintenanceFactor },
    }
  }
  const { price: spot } = priceOf(state, spotMark(known.base))
  const volatility = leg === null ? known.volatility : leg.impliedVolatility
  if (volatility === null) {
    throw new MarkError(`Leg "${leg?.id ?? symbol}" has no implied volatility. Read it again.`)
  }
  const { right, strike, expiry, initial, maintenance } = known
  return {
    kind: 'option',
    right,
    strike,
    expiry,
    impliedVolatility: volatility,
    underlying: spot,
    feeRate,
    parameters: { initial, maintenance },
    ...optionQuoteNow(known, { spot, volatility, interestRate, at: state.at }),
  }
}

/**
 * Portfolio-margin parameters of an underlying, and its perpetual at the marks of the state.
 *
 * @throws InvalidRuleError when they do not fit; MarkError without a positive mark.
 */
export function underlyingState(
  state: VenueState,
  base: string,
): { readonly underlying: Underlying; readonly parameters: PortfolioParameters } {
  const key = underlyingKey(base)
  const { fundingRate, fundingPeriods, interestRate, ...parameters } = parse(
    underlyingParameters,
    state.shared.get(key),
    key,
  )
  return {
    underlying: {
      spot: priceOf(state, spotMark(base)).price,
      perpMark: priceOf(state, perpMark(perpOf(base))).price,
      fundingRate: fundingRate * fundingPeriods,
      interestRate,
    },
    parameters,
  }
}

/** Base asset of a market. @throws InvalidRuleError when its terms do not fit */
export const baseOf = (state: VenueState, symbol: string): string => termsOf(state, symbol).base

/** What was parsed of a shared state: it never changes, and one account is judged many times. */
const parsed: WeakMap<object, Terms> = /* @__PURE__ */ new WeakMap()

function termsOf({ shared }: VenueState, symbol: string): Terms {
  const key = marketKey(symbol)
  const value = shared.get(key)
  const isObject = typeof value === 'object' && value !== null
  const known = isObject ? parsed.get(value) : undefined
  if (known !== undefined) return known
  const fresh = parse(terms, value, key)
  if (isObject) parsed.set(value, fresh)
  return fresh
}

/** The perpetual whose spot, basis, funding and rate the venue's scan reads. */
export const perpOf = (base: string): string => `${base}-USD-PERP`
