import type {
  Amount,
  CashLeg,
  CollateralLeg,
  Mark,
  MarkId,
  OptionLeg,
  PerpLeg,
  SharedKey,
  VenueState,
} from '@plimsoll/model'
import { InvalidRuleError, MarkError, markId, sharedKey } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { HeldCollateral, MarketParameters } from './standard-margin.js'
import { lesser } from './standard-margin.js'

const positive = z.bigint().check(z.minimum(0n))
const ratios = z.strictObject({ initial: positive, maintenance: positive })
const contingency = z.strictObject({
  perpThreshold: positive,
  optionThreshold: positive,
  baseThreshold: positive,
  factor: positive,
})

/** What all subaccounts share of one underlying. Ratios in 18 decimals. */
export type MarketState = {
  readonly parameters: MarketParameters
  /** Where the parameters come from. */
  readonly source: string
}

const marketSchema: z.ZodMiniType<MarketState> = z.strictObject({
  parameters: z.strictObject({
    perp: z.nullable(ratios),
    option: z.nullable(
      z.strictObject({
        maxSpot: positive,
        minSpot: positive,
        callSpot: positive,
        putSpot: positive,
        putMark: positive,
        putOffset: positive,
        unpaired: ratios,
      }),
    ),
    contingency,
  }),
  source: z.string(),
})

/** What all subaccounts of a risk universe share of one collateral. */
export type CollateralState = Pick<HeldCollateral, 'factors' | 'contingency'>

const factors = z.array(positive)
const collateralSchema: z.ZodMiniType<CollateralState> = z.strictObject({
  factors: z.strictObject({ initial: factors, maintenance: factors }),
  contingency,
})

/** What an option leg carries of the feeds of its expiry, 18 decimals. */
export type ExpiryState = {
  readonly volatilityConfidence: bigint
  /** Part of the forward that the settlement average has fixed. */
  readonly fixedForward: bigint
}

const expirySchema: z.ZodMiniType<ExpiryState> = z.strictObject({
  volatilityConfidence: positive,
  fixedForward: positive,
})

/** What the standard rule needs of one subaccount beside its legs. */
export type StandardRule = {
  readonly subaccount: number
  readonly manager: number
  readonly universe: number
  readonly maintenanceCredit: bigint
  readonly depeg: { readonly threshold: bigint; readonly factor: bigint }
}

const ruleSchema: z.ZodMiniType<StandardRule> = z.strictObject({
  subaccount: z.int(),
  manager: z.int(),
  universe: z.int(),
  maintenanceCredit: z.bigint(),
  depeg: z.strictObject({ threshold: positive, factor: positive }),
})

/** Key of the state that all subaccounts share of an underlying. */
export const marketKey = (currency: string): SharedKey => sharedKey(`derive/v3/market:${currency}`)
/** Key of the state that all subaccounts of a universe share of a collateral. */
export const collateralKey = (universe: number, name: string): SharedKey =>
  sharedKey(`derive/v3/collateral:${universe}:${name}`)

/** A leg id says what the leg is, so that what belongs together is found again. */
export const legId: {
  readonly [kind in 'cash' | 'collateral' | 'perp' | 'quote' | 'option']: (name: string) => string
} = {
  cash: (name) => `cash:${name}`,
  collateral: (name) => `collateral:${name}`,
  perp: (currency) => `perp:${currency}`,
  quote: (currency) => `quote:${currency}`,
  option: (instrument) => `option:${instrument}`,
}

/** The legs of a standard subaccount, sorted by what they are, with their marks and shared state. */
export type StandardAccount = {
  readonly rule: StandardRule
  readonly cash: { readonly amount: Amount; readonly mark: Mark }
  readonly collateral: readonly {
    readonly leg: CollateralLeg
    readonly mark: Mark
    readonly state: CollateralState
  }[]
  readonly markets: readonly StandardAccountMarket[]
}

export type StandardAccountMarket = {
  readonly currency: string
  readonly spot: Mark
  readonly state: MarketState
  readonly perp: { readonly leg: PerpLeg; readonly mark: Mark; readonly quote: Amount } | null
  readonly expiries: readonly {
    /** Unix seconds. */
    readonly expiry: number
    readonly state: ExpiryState
    readonly forward: Mark
    readonly options: readonly { readonly leg: OptionLeg; readonly impliedVolatility: number }[]
  }[]
}

/**
 * Takes a standard subaccount apart.
 *
 * @throws InvalidRuleError when legs, parameters or shared state do not fit the rule, MarkError
 * when a price, forward or volatility is missing.
 */
export function standardAccount(state: VenueState): StandardAccount {
  const { account } = state
  const { legs } = account
  const cash = legs.filter((leg) => leg.kind === 'cash')
  const settlement = cash.find(({ id }) => id.startsWith('cash:'))
  if (settlement === undefined) {
    throw new InvalidRuleError(
      `Account "${account.id}" has no settlement balance. Read it again with the Derive adapter.`,
    )
  }
  const stray = legs.find(({ kind }) => kind === 'debt' || kind === 'share')
  if (stray !== undefined) {
    throw new InvalidRuleError(
      `Account "${account.id}" holds leg "${stray.id}" of kind ${stray.kind}, which the standard margin rule has no formula for. Read it again with the Derive adapter.`,
    )
  }
  const perps = legs.filter((leg) => leg.kind === 'perp')
  const options = legs.filter((leg) => leg.kind === 'option')
  const currencies = new Set([
    ...perps.map(({ id }) => id.slice('perp:'.length)),
    ...options.map(optionCurrency),
  ])
  const rule = parse(ruleSchema, account.rule.parameters, `The rule of account "${account.id}"`)
  return {
    rule,
    cash: { amount: settlement.amount, mark: markOf(state, settlement.mark, settlement.id) },
    collateral: legs
      .filter((leg) => leg.kind === 'collateral')
      .map((leg) => ({
        leg,
        mark: markOf(state, leg.mark, leg.id),
        state: collateralOf(state, rule.universe, leg),
      })),
    markets: [...currencies].sort().map((currency) =>
      accountMarket(state, currency, {
        perp: perps.find(({ id }) => id === legId.perp(currency)),
        quote: cash.find(({ id }) => id === legId.quote(currency)),
        options: options.filter((leg) => optionCurrency(leg) === currency),
      }),
    ),
  }
}

/** The currency of an option leg, from its id `option:<currency>-<date>-<strike>-<right>`. */
function optionCurrency({ id }: OptionLeg): string {
  return id.slice('option:'.length).split('-')[0] ?? ''
}

function collateralOf(state: VenueState, universe: number, leg: CollateralLeg): CollateralState {
  const key = collateralKey(universe, leg.id.slice('collateral:'.length))
  return parse(collateralSchema, state.shared.get(key), `The shared state "${key}"`)
}

function accountMarket(
  state: VenueState,
  currency: string,
  legs: {
    readonly perp: PerpLeg | undefined
    readonly quote: CashLeg | undefined
    readonly options: readonly OptionLeg[]
  },
): StandardAccountMarket {
  const key = marketKey(currency)
  const market = parse(marketSchema, state.shared.get(key), `The shared state "${key}"`)
  const { perp, quote, options } = legs
  const { parameters } = market
  if (
    (perp !== undefined && parameters.perp === null) ||
    (options.length > 0 && parameters.option === null)
  ) {
    throw new InvalidRuleError(
      `The shared state "${key}" has no parameters for what account "${state.account.id}" holds. Read the account again.`,
    )
  }
  if (perp !== undefined && quote === undefined) {
    throw new InvalidRuleError(
      `Perp leg "${perp.id}" of account "${state.account.id}" has no quote leg beside it. Read it again with the Derive adapter.`,
    )
  }
  return {
    currency,
    spot: markOf(state, spotMarkId(currency), currency),
    state: market,
    perp:
      perp === undefined || quote === undefined
        ? null
        : { leg: perp, mark: markOf(state, perp.mark, perp.id), quote: quote.amount },
    expiries: [...new Set(options.map(({ expiry }) => expiry))]
      .sort((a, b) => a - b)
      .map((expiry) => accountExpiry(state, expiry, options)),
  }
}

function accountExpiry(
  state: VenueState,
  expiry: number,
  options: readonly OptionLeg[],
): StandardAccountMarket['expiries'][number] {
  const held = options.filter((leg) => leg.expiry === expiry)
  const states = held.map((leg) => parse(expirySchema, leg.native, `Option leg "${leg.id}"`))
  return {
    expiry,
    // One print serves the whole expiry; where legs disagree, the worse for the account counts.
    state: {
      volatilityConfidence: states.map((entry) => entry.volatilityConfidence).reduce(lesser),
      fixedForward: states.map((entry) => entry.fixedForward).reduce(lesser),
    },
    forward: markOf(state, held[0]?.forward ?? null, `forward to ${expiry}`),
    options: held.map((leg) => ({ leg, impliedVolatility: volatilityOf(leg) })),
  }
}

function volatilityOf({ id, impliedVolatility }: OptionLeg): number {
  if (impliedVolatility !== null) return impliedVolatility
  throw new MarkError(`Option leg "${id}" has no implied volatility. Read the account again.`)
}

const markName = (what: string): MarkId => markId(`derive/v3/${what}`)

/** Ids of the venue's marks. */
export const spotMarkId = (currency: string): MarkId => markName(`spot:${currency}`)
export const perpMarkId = (currency: string): MarkId => markName(`perp:${currency}`)
export const forwardMarkId = (currency: string, expiry: number): MarkId =>
  markName(`forward:${currency}:${expiry}`)
export const collateralMarkId = (name: string): MarkId => markName(`collateral:${name}`)

function markOf({ marks, account }: VenueState, id: MarkId | null, what: string): Mark {
  const mark = id === null ? undefined : marks.get(id)
  if (mark === undefined || mark.mid.raw <= 0n) {
    throw new MarkError(
      `Account "${account.id}" has no positive price for "${what}". Read it again; report the adapter if it stays.`,
    )
  }
  return mark
}

function parse<Value>(schema: z.ZodMiniType<Value>, native: unknown, what: string): Value {
  const result = z.safeParse(schema, native)
  if (result.success) return result.data
  throw new InvalidRuleError(
    `${what} does not follow the standard margin rule of Derive. Read the account again with this version.`,
    { details: z.prettifyError(result.error).slice(0, 500) },
  )
}
