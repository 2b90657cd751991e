import type { Amount, OwnerId } from '@plimsoll/model'
import { addAmounts, UnsupportedVenueStateError } from '@plimsoll/model'
import type {
  CollateralAnswer,
  CurrencyAnswer,
  PositionAnswer,
  SubaccountAnswer,
} from './answers.js'
import type { CurrencyFeeds } from './feeds.js'
import type { Instrument } from './instruments.js'
import { parseInstrument } from './instruments.js'

/** A position with what its name says. */
export type NamedPosition = { readonly answer: PositionAnswer; readonly instrument: Instrument }

/** A subaccount with the names in it understood. */
export type Subaccount = {
  readonly answer: SubaccountAnswer
  readonly positions: readonly NamedPosition[]
  /** Name of the asset that the venue settles in. */
  readonly cashName: string
}

/** Everything read beside the subaccount itself. */
export type Surroundings = {
  readonly owner: OwnerId
  readonly currencies: ReadonlyMap<string, CurrencyAnswer>
  /** Prints of a currency. @throws PlimsollError when they could not be read */
  readonly feedsOf: (currency: string) => CurrencyFeeds
  /** Unix milliseconds of the read. */
  readonly nowMs: number
}

/** Understands the names in a subaccount. @throws UnsupportedVenueStateError */
export function nameSubaccount(
  answer: SubaccountAnswer,
  currencies: ReadonlyMap<string, CurrencyAnswer>,
): Subaccount {
  return {
    answer,
    positions: answer.positions.map((position) => ({
      answer: position,
      instrument: parseInstrument(position.instrument_name),
    })),
    cashName: settlementAsset(currencies),
  }
}

/** The asset that the venue settles in. @throws UnsupportedVenueStateError */
export function settlementAsset(currencies: ReadonlyMap<string, CurrencyAnswer>): string {
  const cash = [...currencies.values()].filter(({ market_type }) => market_type === 'CASH')
  const only = cash[0]
  if (only !== undefined && cash.length === 1) return only.currency
  throw new UnsupportedVenueStateError(
    `Derive names ${cash.length} settlement currencies where one is expected. Update the adapter.`,
  )
}

/** Currencies of the positions, each once, sorted. */
export function positionCurrencies({ positions }: Subaccount): readonly string[] {
  return [...new Set(positions.map(({ instrument }) => instrument.currency))].sort()
}

/** The positions on one currency. */
export function positionsOn({ positions }: Subaccount, currency: string): readonly NamedPosition[] {
  return positions.filter(({ instrument }) => instrument.currency === currency)
}

/** Expiries of the options held on one currency, each once, ascending. */
export function expiriesOn(subaccount: Subaccount, currency: string): readonly number[] {
  const expiries = positionsOn(subaccount, currency).flatMap(({ instrument }) =>
    instrument.kind === 'option' ? [instrument.expiry] : [],
  )
  return [...new Set(expiries)].sort((a, b) => a - b)
}

/** Balances other than the settlement asset. */
export function otherCollateral({ answer, cashName }: Subaccount): readonly CollateralAnswer[] {
  return answer.collaterals.filter(({ asset_name }) => asset_name !== cashName)
}

/** The balance of the settlement asset, if there is an entry for it. */
export function cashBalance({ answer, cashName }: Subaccount): CollateralAnswer | undefined {
  return answer.collaterals.find(({ asset_name }) => asset_name === cashName)
}

/** Balance with interest that has accrued and is not yet booked: both count in margin. */
export function accrued({ amount, pending_interest }: CollateralAnswer): Amount {
  return addAmounts(amount, pending_interest)
}
