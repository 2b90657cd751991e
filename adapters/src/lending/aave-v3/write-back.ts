import {
  type MarginAccount,
  type Native,
  reconcile,
  type SharedKey,
  type VenueState,
} from '@plimsoll/model'
import { EMODE, legsOf } from './bridge.js'
import { DATA, type SharedReserve } from './reserve.js'
import { eModeKey, readParameters, readReserve, reserveKey } from './shared.js'
import type { MarginState, ReserveState } from './state.js'

/** The model's state after something changed the pool's: legs, reserves and mode are those of `after`. */
export function venueStateOf(before: VenueState, after: MarginState): VenueState {
  const { account } = before
  const { poolKey } = readParameters(account.rule.parameters)
  const prefix = reserveKey(poolKey, '')
  const shared = new Map<SharedKey, Native>(before.shared)
  for (const [key, native] of before.shared) {
    if (!key.startsWith(prefix)) continue
    const reserve = readReserve(native)
    const position = after.positions.find(({ asset }) => asset === reserve.asset)
    if (position !== undefined) shared.set(key, sharedAfter(reserve, position.reserve))
  }
  const eMode = String(after.eMode?.id ?? 0)
  const keys = eMode === '0' ? [] : [eModeKey(poolKey, eMode)]
  const next: MarginAccount = {
    ...account,
    rule: {
      ...account.rule,
      modes: { ...account.rule.modes, [EMODE]: eMode },
      shared: [...new Set([...account.rule.shared, ...keys])],
    },
    legs: after.positions.flatMap((position) => legsOf(after, position)),
    // What the venue reported is of the state before.
    reconciliation: reconcile(account.reconciliation.formulaVersion, []),
  }
  return { ...before, account: next, shared }
}

function sharedAfter(before: SharedReserve, after: ReserveState): SharedReserve {
  const data = [...before.data]
  data[DATA.liquidityIndex] = after.liquidityIndex
  data[DATA.variableBorrowIndex] = after.variableBorrowIndex
  data[DATA.lastUpdate] = BigInt(after.lastUpdate)
  data[DATA.isolationModeTotalDebt] = after.isolationModeTotalDebt
  return { ...before, data, hasVariableDebt: after.hasVariableDebt }
}
