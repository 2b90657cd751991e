import { UnsupportedVenueStateError } from '@plimsoll/model'

/** What an instrument's name says. */
export type Instrument = {
  readonly name: string
  /** `BTC`, `SOL`. */
  readonly underlying: string
  /** Currency of margin and P&L: the underlying itself where the payoff is inverse. */
  readonly settlement: string
  readonly payoff: 'inverse' | 'linear'
  /** Index pair as the venue names it: `btc_usd`, `sol_usdc`. */
  readonly pair: string
} & (
  | { readonly kind: 'perpetual' }
  | {
      readonly kind: 'future'
      /** Unix seconds. */
      readonly expiry: number
    }
  | {
      readonly kind: 'option'
      readonly expiry: number
      /** In the quote currency. */
      readonly strike: string
      readonly right: 'call' | 'put'
    }
)

const NAME =
  /^([A-Z0-9]{1,16}?)(?:_(USDC|USDT))?-(?:(PERPETUAL)|(\d{1,2})([A-Z]{3})(\d{2})(?:-(\d{1,12}(?:d\d{1,12})?)-([CP]))?)$/

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')

/** Everything expires at 08:00 UTC of the day in its name. */
const EXPIRY_HOUR = 8

/**
 * Reads `BTC-PERPETUAL`, `BTC-28JUN24`, `BTC-27DEC24-100000-C`, `XRP_USDC-30AUG24-0d625-P`.
 *
 * @throws UnsupportedVenueStateError when the name follows none of these forms, as those of combos do.
 */
export function parseInstrument(name: string): Instrument {
  const match = NAME.exec(name)
  const [, underlying = '', quote, perpetual, day, month = '', year, strike, right] = match ?? []
  const expiry = perpetual === undefined ? expiryOf(day, month, year) : 0
  if (match === null || expiry === null) {
    throw new UnsupportedVenueStateError(
      `Deribit lists a position in "${name.slice(0, 60)}", which is no perpetual, future or option known here. Close combos into their legs, or update the adapter; until then the account is not judged.`,
    )
  }
  const common = {
    name,
    underlying,
    settlement: quote ?? underlying,
    payoff: quote === undefined ? ('inverse' as const) : ('linear' as const),
    pair: `${underlying}_${quote ?? 'USD'}`.toLowerCase(),
  }
  if (perpetual !== undefined) return { ...common, kind: 'perpetual' }
  if (strike === undefined) return { ...common, kind: 'future', expiry }
  return {
    ...common,
    kind: 'option',
    expiry,
    strike: strike.replace('d', '.'),
    right: right === 'C' ? 'call' : 'put',
  }
}

/** Unix seconds, or null for a date that is none. */
function expiryOf(day: string | undefined, month: string, year: string | undefined): number | null {
  const index = MONTHS.indexOf(month)
  if (index < 0) return null
  const at = new Date(Date.UTC(2000 + Number(year), index, Number(day), EXPIRY_HOUR))
  return at.getUTCDate() === Number(day) ? at.getTime() / 1000 : null
}
