import type { WireSpotState } from './answers.js'
import { unsupported } from './unsupported.js'

/** Where an account's collateral lives. */
export type AccountMode = 'standard' | 'dexAbstraction' | 'unifiedAccount' | 'portfolioMargin'

/** Words of the venue that name a mode; its `disabled` is standard. */
const MODES: readonly AccountMode[] = ['dexAbstraction', 'unifiedAccount', 'portfolioMargin']

/** The mode that decides the arithmetic, and whether the venue's word alone decided it. */
type ModeReading = { readonly mode: AccountMode; readonly stated: boolean }

/**
 * The mode of an account from the `userAbstraction` answer and the spot answer. Only pooled accounts
 * (unified, portfolio margin) have `tokenToAvailableAfterMaintenance`: there, perp margin is a hold
 * on the spot balance, and adding both would count it twice. An account that states no mode of its
 * own (`default`, null) is therefore what its spot answer shows.
 *
 * @throws UnsupportedVenueStateError when the mode is unknown, or the two answers contradict each other.
 */
export function accountMode(stated: string | null, spot: WireSpotState): ModeReading {
  const isOwn = stated === null || stated === 'default'
  const mode = MODES.find((known) => known === stated)
  if (mode === undefined && !isOwn && stated !== 'disabled') {
    throw unsupported(`account mode "${stated.slice(0, 60)}" is not known`)
  }
  const isPooled = (spot.tokenToAvailableAfterMaintenance ?? []).length > 0
  const isPortfolio = spot.portfolioMarginRatio !== undefined
  if (
    (isPortfolio && mode !== 'portfolioMargin') ||
    (isPooled && (stated === 'disabled' || mode === 'dexAbstraction'))
  ) {
    throw unsupported(`mode "${stated}" is stated, but spot balances hold the margin`)
  }
  const shown = isPooled ? 'unifiedAccount' : 'standard'
  return { mode: mode ?? shown, stated: !isOwn || (stated !== null && !isPooled) }
}
