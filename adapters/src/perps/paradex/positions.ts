import { InvalidRuleError } from '@plimsoll/model'

/** Cross-margin parameters of a perpetual, as fractions. */
export type PerpParameters = {
  /** Initial margin ÷ notional. */
  readonly initialFraction: number
  /** Maintenance ÷ initial margin. */
  readonly maintenanceFactor: number
}

/** Cross-margin parameters of an option for one margin, as fractions of spot unless said. */
export type OptionParameters = {
  readonly longInTheMoney: number
  /** Share of the option's mark that a long option needs. */
  readonly premiumMultiplier: number
  readonly shortInTheMoney: number
  readonly shortOutOfTheMoney: number
  readonly shortPutCap: number
}

type Quoted = {
  /** The venue's mark price, USD. */
  readonly mark: number
  /** Spot price of the underlying, USD. */
  readonly underlying: number
  /** The venue's own delta of one unit. */
  readonly delta: number
  /** Taker fee as a fraction. */
  readonly feeRate: number
}

export type PerpMarket = Quoted & {
  readonly kind: 'perp'
  readonly parameters: PerpParameters
}

export type OptionMarket = Quoted & {
  readonly kind: 'option'
  readonly right: 'call' | 'put'
  /** USD. */
  readonly strike: number
  /** Unix seconds. */
  readonly expiry: number
  /** Annualised, as a fraction. */
  readonly impliedVolatility: number
  readonly parameters: {
    readonly initial: OptionParameters
    readonly maintenance: OptionParameters
  }
}

export type Market = PerpMarket | OptionMarket

/** One entry of the venue's list: several of one market stay separate. */
export type Position = {
  readonly market: string
  /** Signed, in units of the underlying. */
  readonly size: number
}

/** A resting order. */
export type Order = Position & {
  /** Limit, USD. */
  readonly price: number
}

/** A balance in another asset than the settlement asset. */
export type SpotBalance = {
  readonly token: string
  /** Signed. */
  readonly size: number
  /** USD. */
  readonly price: number
}

/** What the margin of one account is computed from. */
export type Holdings = {
  readonly markets: ReadonlyMap<string, Market>
  readonly positions: readonly Position[]
  readonly orders: readonly Order[]
  readonly balances: readonly SpotBalance[]
}

/** Most of an option's mark that its fee may be (venue's rules, portfolio margin, §8.2). */
export const OPTION_FEE_CAP: number = 0.125

/** The market of an entry. @throws InvalidRuleError when it is not among those given */
export function marketOf({ markets }: Holdings, symbol: string): Market {
  const market = markets.get(symbol)
  if (market !== undefined) return market
  throw new InvalidRuleError(`Paradex market "${symbol}" was not given. Read the account again.`)
}

/**
 * Fee that the venue reserves to close `size` units, USD: perpetual `rate·mark`, option
 * `min(rate·spot, 12.5 %·mark)`, a unit.
 */
export function feeProvision(market: Market, size: number): number {
  const { feeRate, mark, underlying } = market
  if (feeRate === 0) return 0
  return market.kind === 'option'
    ? Math.min(feeRate * underlying, OPTION_FEE_CAP * mark) * size
    : feeRate * size * mark
}

/** Margin of balances in other assets than the settlement asset: their whole value, USD. */
export function spotBalanceMargin(balances: readonly SpotBalance[]): number {
  return balances.reduce((sum, { size, price }) => sum + Math.abs(size) * price, 0)
}

/** Sum of the deltas of entries, in units of the underlying. */
export function deltaOf(holdings: Holdings, entries: readonly Position[]): number {
  return entries.reduce((sum, { market, size }) => sum + marketOf(holdings, market).delta * size, 0)
}

/** A position or order as a leg of a scan. */
export type Entry = Position & { readonly leg: string; readonly limitPrice: number | null }

/** Every position and order, apart, with an id of its own. */
export function entriesOf({ positions, orders }: Holdings): readonly Entry[] {
  return [
    ...positions.map((entry, index) => ({
      ...entry,
      leg: `position:${index}:${entry.market}`,
      limitPrice: null,
    })),
    ...orders.map(({ market, size, price }, index) => ({
      market,
      size,
      leg: `order:${index}:${market}`,
      limitPrice: price,
    })),
  ]
}
