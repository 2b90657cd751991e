import type { CashLeg, Leg, MarkId, OptionLeg, PerpLeg, VenueState } from '@plimsoll/model'
import { InvalidRuleError, MarkError, markId, toNumber } from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk/pricing'
import * as z from 'zod/mini'
import type { Instrument } from './instruments.js'
import { parseInstrument } from './instruments.js'

/** Years of the venue's option prices have 365 days. */
const SECONDS_PER_YEAR = 365 * 86_400

/** Id of a mark: `index:btc_usd`, `forward:BTC-27DEC24`, `mark:SOL_USDC-PERPETUAL`, `unit:USD`. */
export const venueMark = (what: string): MarkId => markId(`deribit/v2/${what}`)

/** Mark of one unit of a currency. */
export const currencyMark = (currency: string): MarkId =>
  venueMark(`index:${currency.toLowerCase()}_usd`)

/** The dollar that inverse contracts are written in. */
export const DOLLAR_MARK: MarkId = venueMark('unit:USD')

/** What a leg of a perpetual or future carries: the venue's margins ÷ its notional. */
export type LinearNative = {
  readonly initialRate: number
  readonly maintenanceRate: number
}

/**
 * What a leg of an option carries: forward ÷ index; what the venue's mark is above the model, in the
 * settlement currency; and USD per unit of the strike's currency when it was read.
 */
export type OptionNative = {
  readonly basis: number
  readonly distance: number
  readonly quotePrice: number
}

const finite = z.number()
const linearSchema: z.ZodMiniType<LinearNative> = z.object({
  initialRate: finite.check(z.minimum(0)),
  maintenanceRate: finite.check(z.minimum(0)),
})
const optionSchema: z.ZodMiniType<OptionNative> = z.object({
  basis: finite.check(z.gt(0)),
  distance: finite,
  quotePrice: finite.check(z.gt(0)),
})

/** A mark with its price now, in USD. */
export type Priced = { readonly mark: MarkId; readonly price: number }

/** A balance, signed, in the currency. */
export type HeldCash = Priced & { readonly leg: string; readonly amount: number }

/** A perpetual or future: worth size × price + quote × price of the quote, in USD. */
export type HeldLinear = Priced &
  LinearNative & {
    readonly leg: string
    readonly instrument: Exclude<Instrument, { readonly kind: 'option' }>
    /** Signed, in the underlying. */
    readonly size: number
    /** Signed; opposite to the size. */
    readonly quote: HeldCash
    /** 0 for a perpetual. */
    readonly years: number
  }

/** An option; `price` is that of its index, in USD. */
export type HeldOption = Priced &
  OptionNative & {
    readonly leg: string
    readonly instrument: Extract<Instrument, { readonly kind: 'option' }>
    readonly size: number
    /** In USD, as forward and price are. */
    readonly strike: number
    readonly volatility: number
    readonly years: number
    /** Black-76 price of one on the forward, in USD. */
    readonly model: number
    /** Its settlement currency. */
    readonly settlement: Priced
  }

/** Everything an account holds, priced now. */
export type Holdings = {
  readonly balances: readonly HeldCash[]
  readonly linear: readonly HeldLinear[]
  readonly options: readonly HeldOption[]
}

/**
 * The legs of an account at the marks and the instant of `state`. Forwards move with their index: the
 * venue shocks an index pair as a whole.
 *
 * @throws InvalidRuleError when a leg does not fit, MarkError when a price or volatility is missing.
 */
export function holdingsOf({ account, marks, at }: VenueState): Holdings {
  const where = `Account "${account.id}" has`
  const advice = 'Read it again with this version of the Deribit adapter.'
  const invalid = (what: string): InvalidRuleError =>
    new InvalidRuleError(`${where} ${what}. ${advice}`)
  const priced = (id: MarkId | null): Priced => {
    const found = id === null ? undefined : marks.get(id)
    if (found === undefined || found.mid.raw <= 0n) {
      throw new MarkError(`${where} no positive price "${id}". ${advice}`)
    }
    return { mark: found.id, price: toNumber(found.mid) }
  }
  const native = <Value>(schema: z.ZodMiniType<Value>, leg: Leg): Value => {
    const result = z.safeParse(schema, leg.native)
    if (result.success) return result.data
    throw invalid(`no usable state in leg "${leg.id}"`)
  }
  const cash = (leg: CashLeg): HeldCash => ({
    ...priced(leg.mark),
    leg: leg.id,
    amount: toNumber(leg.amount),
  })
  const quotes = new Map<string, HeldCash>()
  const balances: HeldCash[] = []
  for (const leg of account.legs) {
    if (leg.kind !== 'cash') continue
    const quote = partOf(leg.id, 'quote')
    if (quote === null) balances.push(cash(leg))
    else quotes.set(quote, cash(leg))
  }
  const years = (expiry: number) => Math.max(0, expiry - at) / SECONDS_PER_YEAR
  const linear = (leg: PerpLeg): HeldLinear => {
    const instrument = parseInstrument(partOf(leg.id, 'linear') ?? '')
    const quote = quotes.get(instrument.name)
    if (instrument.kind === 'option' || quote === undefined) {
      throw invalid(`no quote beside leg "${leg.id}"`)
    }
    return {
      ...priced(leg.mark),
      ...native(linearSchema, leg),
      leg: leg.id,
      instrument,
      size: toNumber(leg.size),
      quote,
      years: instrument.kind === 'future' ? years(instrument.expiry) : 0,
    }
  }
  const option = (leg: OptionLeg): HeldOption => {
    const instrument = parseInstrument(partOf(leg.id, 'option') ?? '')
    if (instrument.kind !== 'option') throw invalid(`no option in leg "${leg.id}"`)
    const { impliedVolatility: volatility, right } = leg
    if (volatility === null) {
      throw new MarkError(`${where} no implied volatility of "${leg.id}". ${advice}`)
    }
    const index = priced(leg.mark)
    const state = native(optionSchema, leg)
    const strike = toNumber(leg.strike)
    const time = years(leg.expiry)
    return {
      ...index,
      ...state,
      leg: leg.id,
      instrument,
      size: toNumber(leg.size),
      strike,
      volatility,
      years: time,
      model: black76Price({
        right,
        forward: index.price * state.basis,
        strike,
        volatility,
        years: time,
        discount: 1,
      }),
      settlement: priced(currencyMark(instrument.settlement)),
    }
  }
  const stray = account.legs.find(({ kind }) => !['cash', 'perp', 'option'].includes(kind))
  if (stray !== undefined) throw invalid(`a leg "${stray.id}" that this venue has not`)
  return {
    balances,
    linear: account.legs.flatMap((leg) => (leg.kind === 'perp' ? [linear(leg)] : [])),
    options: account.legs.flatMap((leg) => (leg.kind === 'option' ? [option(leg)] : [])),
  }
}

/** What follows a prefix in the id of a leg: `quote:BTC-PERPETUAL`. */
function partOf(id: string, prefix: string): string | null {
  return id.startsWith(`${prefix}:`) ? id.slice(prefix.length + 1) : null
}

/** Value of an option position by the model, in USD: an inverse one is worth coins at the index. */
export const modelValue = ({ instrument, size, model, basis }: HeldOption): number =>
  (size * model) / (instrument.payoff === 'inverse' ? basis : 1)

/** What the venue's mark adds to the model, in the settlement currency. */
export const distanceOf = ({ size, distance }: HeldOption): number => size * distance

/** USD per unit of the currency that an account's margins are stated in. @throws MarkError */
export function unitPrice({ balances }: Pick<Holdings, 'balances'>, unit: string): number {
  if (unit === 'USD') return 1
  const found = balances.find(({ mark }) => mark === currencyMark(unit))
  if (found !== undefined) return found.price
  throw new MarkError(`The account holds no balance in ${unit}, its own currency. Read it again.`)
}
