import {
  type Amount,
  type AssetId,
  InvalidRuleError,
  type Leg,
  MarkError,
  type MarkId,
  OperationError,
  rescaleDown,
  type SharedKey,
  type VenueState,
} from '@plimsoll/model'
import { debtIndex, revisionOf, supplyIndex } from './arithmetic.js'
import { inEMode } from './margin.js'
import {
  eModeKey,
  rawOf,
  readEMode,
  readParameters,
  readPool,
  readReserve,
  reserveKey,
  reserveState,
} from './shared.js'
import type { EModeState, MarginState, PoolState, Position, ReserveState } from './state.js'

/** Mode of the account that names its e-mode; `0` is none. */
export const EMODE = 'emode'

/**
 * The account as the pool's arithmetic reads it, in its own e-mode or in another.
 *
 * @throws InvalidRuleError when shared state is missing or malformed
 * @throws MarkError when a price is missing or negative
 */
export function marginStateOf(
  { account, marks, shared, at }: VenueState,
  eModeId: string = account.rule.modes[EMODE] ?? '0',
): MarginState {
  const { poolKey } = readParameters(account.rule.parameters)
  const pool = readPool(shared.get(poolKey as SharedKey))
  const eMode = eModeOf(shared, poolKey, eModeId)
  const prefix = reserveKey(poolKey, '')
  const positions = [...shared]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, native]): Position => {
      const { asset, mark, ...rest } = readReserve(native)
      const reserve = reserveState({ asset, mark, ...rest })
      const legs = account.legs.filter((leg) => leg.asset === asset)
      const collateral = legs.find((leg) => leg.kind === 'collateral')
      const debt = legs.find((leg) => leg.kind === 'debt')
      const [scaledDebt, stableDebt] = debt === undefined ? [0n, 0n] : debtParts(debt.native)
      const priceId = priceIdOf(pool, eMode, reserve, mark)
      return {
        asset,
        priceId,
        price: priceOf(marks.get(priceId as MarkId)?.mid, pool, priceId, legs.length > 0),
        reserve,
        scaledSupply: collateral === undefined ? 0n : rawOf(collateral.native),
        scaledDebt,
        stableDebt,
        usedAsCollateral: collateral?.counts ?? false,
        borrowing: debt !== undefined,
      }
    })
    .sort((a, b) => a.reserve.id - b.reserve.id)
  const unread = account.legs.find(
    ({ asset }) => !positions.some((position) => position.asset === asset),
  )
  if (unread === undefined) return { pool, eMode, positions, at }
  throw new InvalidRuleError(
    `The account holds ${unread.asset}, whose reserve is not in its shared state. Read the portfolio again.`,
  )
}

function debtParts(native: unknown): readonly [bigint, bigint] {
  const [scaled, stable] = Array.isArray(native) ? (native as readonly unknown[]) : []
  return [rawOf(scaled), rawOf(stable)]
}

function eModeOf(shared: VenueState['shared'], poolKey: string, id: string): EModeState | null {
  if (id === '0') return null
  const state = shared.get(eModeKey(poolKey, id))
  if (state !== undefined) return readEMode(state)
  throw new OperationError(
    `E-mode ${id} of ${poolKey} was not read. Read the account with the option \`eModes\`, or stay in its own mode.`,
  )
}

/** The mark that prices a reserve: its own, or up to 3.1 that of the e-mode. */
export function priceIdOf(
  { revision }: PoolState,
  eMode: EModeState | null,
  reserve: ReserveState,
  mark: string,
): string {
  return inEMode(revisionOf(revision), eMode, reserve) ? (eMode?.priceMark ?? mark) : mark
}

function priceOf(
  price: Amount | undefined,
  { baseUnit }: PoolState,
  priceId: string,
  isHeld: boolean,
): bigint {
  if (price === undefined && !isHeld) return 0n
  if (price !== undefined && price.raw >= 0n) {
    return rescaleDown(price, String(baseUnit).length - 1).raw
  }
  throw new MarkError(
    `The price ${priceId} is ${price === undefined ? 'missing' : 'negative'}. Pass the marks of the account's portfolio.`,
  )
}

/** Legs of a position at the state's time. */
export function legsOf({ pool, at }: MarginState, position: Position): readonly Leg[] {
  const { asset, priceId, reserve, scaledSupply, scaledDebt, stableDebt } = position
  const revision = revisionOf(pool.revision)
  const { rounding } = revision
  const token = asset.slice(asset.indexOf(':', asset.indexOf('/')) + 1)
  const common = { asset: asset as AssetId, mark: priceId as MarkId }
  const { decimals } = reserve
  const legs: Leg[] = []
  if (scaledSupply > 0n || position.usedAsCollateral) {
    legs.push({
      ...common,
      kind: 'collateral',
      id: `supply:${token}`,
      amount: { raw: rounding.supplyBalance(scaledSupply, supplyIndex(reserve, at)), decimals },
      counts: position.usedAsCollateral,
      native: scaledSupply,
    })
  }
  if (position.borrowing) {
    const variable = rounding.debtBalance(scaledDebt, debtIndex(revision, reserve, at))
    legs.push({
      ...common,
      kind: 'debt',
      id: `debt:${token}`,
      amount: { raw: variable + stableDebt, decimals },
      native: [scaledDebt, stableDebt],
    })
  }
  return legs
}
