import { UnsupportedVenueStateError } from '@plimsoll/model'
import type { WireSpotState } from './answers.js'

/** Where an account's collateral lives. */
export type AccountMode = 'standard' | 'dexAbstraction' | 'unifiedAccount' | 'portfolioMargin'

/** The mode that decides the arithmetic, and whether the venue's word alone decided it. */
export type ModeReading = { readonly mode: AccountMode; readonly stated: boolean }

/**
 * The mode of an account from the `userAbstraction` answer and the spot answer. Only pooled accounts
 * (unified, portfolio margin) have `tokenToAvailableAfterMaintenance`: there, perp margin is a hold
 * on the spot balance, and adding both would count it twice. An account that states no mode of its
 * own (`default`, null) is therefore what its spot answer shows.
 *
 * @throws UnsupportedVenueStateError when the mode is unknown, or the two answers contradict each other.
 */
export function accountMode(stated: string | null, spot: WireSpotState): ModeReading {
  const isPooled = (spot.tokenToAvailableAfterMaintenance ?? []).length > 0
  const isPortfolio =
    spot.portfolioMarginEnabled === true || spot.portfolioMarginRatio !== undefined
  switch (stated) {
    case null:
    case 'default':
      if (isPortfolio) throw contradiction(stated, 'has a portfolio margin ratio')
      return {
        mode: isPooled ? 'unifiedAccount' : 'standard',
        stated: stated !== null && !isPooled,
      }
    case 'disabled':
    case 'dexAbstraction':
      if (isPortfolio || isPooled) throw contradiction(stated, 'holds perp margin in spot balances')
      return { mode: stated === 'disabled' ? 'standard' : stated, stated: true }
    case 'unifiedAccount':
      if (isPortfolio) throw contradiction(stated, 'has a portfolio margin ratio')
      return { mode: stated, stated: true }
    case 'portfolioMargin':
      return { mode: stated, stated: true }
    default:
      throw new UnsupportedVenueStateError(
        `The account is in mode "${stated.slice(0, 60)}", which is none of default, disabled, dexAbstraction, unifiedAccount, portfolioMargin. Update the adapter: where the account keeps its collateral is unknown.`,
      )
  }
}

function contradiction(stated: string | null, fact: string): UnsupportedVenueStateError {
  return new UnsupportedVenueStateError(
    `The account states mode ${stated === null ? 'null' : `"${stated}"`}, but its spot answer ${fact}. Read it again; if it stays so, the venue has changed its modes: update the adapter.`,
  )
}
