import type { Amount } from '@plimsoll/model'
import { parseAmount, UnsupportedVenueStateError } from '@plimsoll/model'

/** What an instrument's name says. */
export type Instrument =
  | { readonly kind: 'perp'; readonly currency: string }
  | {
      readonly kind: 'option'
      readonly currency: string
      /** Unix seconds. */
      readonly expiry: number
      readonly strike: Amount
      readonly right: 'call' | 'put'
    }

const PERP = /^([A-Za-z0-9.]{1,32})-PERP$/
const OPTION = /^([A-Za-z0-9.]{1,32})-(\d{4})(\d{2})(\d{2})-(\d{1,18}(?:[._]\d{1,18})?)-([CP])$/

/** Options expire at 08:00 UTC of the day in their name. */
const EXPIRY_HOUR = 8

/**
 * Reads `ETH-PERP` or `ETH-20261225-1500-C` (`_` stands for the decimal point of a strike).
 *
 * @throws UnsupportedVenueStateError when the name follows neither form.
 */
export function parseInstrument(name: string): Instrument {
  const perp = PERP.exec(name)
  if (perp !== null) return { kind: 'perp', currency: perp[1] ?? '' }
  const option = OPTION.exec(name)
  const expiry =
    option === null
      ? Number.NaN
      : Date.UTC(Number(option[2]), Number(option[3]) - 1, Number(option[4]), EXPIRY_HOUR) / 1000
  if (option === null || Number.isNaN(expiry)) {
    throw new UnsupportedVenueStateError(
      `Derive lists an instrument "${name}" that is neither a perp nor an option known here. Update the adapter; until then the subaccount is not judged.`,
    )
  }
  return {
    kind: 'option',
    currency: option[1] ?? '',
    expiry,
    strike: parseAmount((option[5] ?? '').replace('_', '.')),
    right: option[6] === 'C' ? 'call' : 'put',
  }
}
