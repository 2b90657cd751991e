import { black76Price } from '@plimsoll/risk/pricing'

/** The instant of everything made up here: 2026-11-02 12:00 UTC. */
export const NOW_MS: number = Date.UTC(2026, 10, 2, 12)
const EXPIRY_MS = Date.UTC(2026, 11, 25, 8)
export const YEARS: number = (EXPIRY_MS - NOW_MS) / 1000 / 31_536_000

/** Index prices in USD. */
export const INDEX: { readonly [currency: string]: number } = {
  BTC: 60_000,
  ETH: 2000,
  SOL: 150,
  USDC: 0.9998,
}
/** Forward ÷ index at the one expiry. */
const BASIS = 1.01

export const round = (value: number, decimals: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals

/** An instrument at the venue, priced. */
export type Quote = {
  readonly name: string
  readonly kind: 'future' | 'option'
  readonly settlement: string
  readonly inverse: boolean
  /** In the quote currency. */
  readonly index: number
  readonly forward: number
  /** In the quote currency; of options in the settlement currency. */
  readonly mark: number
  readonly option: {
    readonly right: 'call' | 'put'
    readonly strike: number
    readonly volatility: number
  } | null
}

/** Prices `BTC-PERPETUAL`, `BTC-25DEC26`, `BTC-25DEC26-66000-C`, `SOL_USDC-PERPETUAL` and the like. */
export function quote(name: string, volatility = 0.55): Quote {
  const [pair = '', expiry = '', strike, letter] = name.split('-')
  const [underlying = '', settled] = pair.split('_')
  const inverse = settled === undefined
  const settlement = settled ?? underlying
  const index = (INDEX[underlying] ?? 0) / (inverse ? 1 : (INDEX[settlement] ?? 1))
  const forward = expiry === 'PERPETUAL' ? index * 1.0005 : index * BASIS
  const base = { name, settlement, inverse, index: round(index, 4), forward: round(forward, 4) }
  if (strike === undefined) {
    return { ...base, kind: 'future', mark: round(forward, 2), option: null }
  }
  const right = letter === 'C' ? 'call' : 'put'
  const option = { right, strike: Number(strike), volatility } as const
  return { ...base, kind: 'option', mark: round(optionPrice(base, option), 6), option }
}

/** Price of an option in its settlement currency, under moves of index and volatility. */
export function optionPrice(
  { forward, inverse }: Pick<Quote, 'forward' | 'inverse'>,
  { right, strike, volatility }: NonNullable<Quote['option']>,
  move = 1,
  shocked = volatility,
): number {
  const moved = forward * move
  const price = black76Price({
    right,
    forward: moved,
    strike,
    volatility: shocked,
    years: YEARS,
    discount: 1,
  })
  return inverse ? price / moved : price
}
