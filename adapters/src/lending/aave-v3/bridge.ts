import {
  type Amount,
  type AssetId,
  InvalidRuleError,
  type Leg,
  type MarginAccount,
  MarkError,
  type MarkId,
  type Native,
  OperationError,
  reconcile,
  rescaleDown,
  type SharedKey,
  type VenueState,
} from '@plimsoll/model'
import { debtIndex, revisionOf, supplyIndex } from './arithmetic.js'
import { inEMode } from './margin.js'
import {
  asNative,
  eModeKey,
  readEMode,
  readOwed,
  readParameters,
  readPoolState,
  readReserve,
  readSupplied,
  type SharedReserve,
} from './shared.js'
import type { EModeState, MarginState, PoolState, Position } from './state.js'

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
  const pool = readPoolState(shared.get(poolKey as SharedKey))
  const eMode = eModeOf(shared, poolKey, eModeId)
  const reserves = [...shared]
    .filter(([key]) => key.startsWith(`${poolKey}/reserve/`))
    .map(([, state]) => readReserve(state))
    .sort((a, b) => a.id - b.id)
  const positions = reserves.map((reserve): Position => {
    const legs = account.legs.filter(({ asset }) => asset === reserve.asset)
    const collateral = legs.find((leg) => leg.kind === 'collateral')
    const debt = legs.find((leg) => leg.kind === 'debt')
    const owed = debt === undefined ? { scaled: 0n, stable: 0n } : readOwed(debt.native)
    const priceId = priceIdOf(pool, eMode, reserve)
    return {
      asset: reserve.asset,
      priceId,
      price: priceOf(marks.get(priceId as MarkId)?.mid, pool, priceId, legs.length > 0),
      reserve,
      scaledSupply: collateral === undefined ? 0n : readSupplied(collateral.native).scaled,
      scaledDebt: owed.scaled,
      stableDebt: owed.stable,
      usedAsCollateral: collateral?.counts ?? false,
      borrowing: debt !== undefined,
    }
  })
  const unread = account.legs.find(({ asset }) => !reserves.some((reserve) => reserve.asset === asset))
  if (unread === undefined) return { pool, eMode, positions, at }
  throw new InvalidRuleError(
    `The account holds ${unread.asset}, whose reserve is not in its shared state. Read the portfolio again.`,
  )
}

function eModeOf(
  shared: VenueState['shared'],
  poolKey: string,
  id: string,
): EModeState | null {
  if (id === '0') return null
  const state = shared.get(`${poolKey}/emode/${id}` as SharedKey)
  if (state !== undefined) return readEMode(state)
  throw new OperationError(
    `E-mode ${id} of pool ${poolKey} was not read. Read the account with it included (option \`eModes\`), or choose the account's own mode.`,
  )
}

/** The mark that prices a reserve: its own, or up to 3.1 that of the e-mode. */
function priceIdOf({ revision }: PoolState, eMode: EModeState | null, reserve: SharedReserve): string {
  const isSpecial = eMode?.priceMark != null && inEMode(revisionOf(revision), eMode, reserve)
  return isSpecial ? (eMode.priceMark ?? reserve.mark) : reserve.mark
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
    `The price ${priceId} is ${price === undefined ? 'missing' : `negative (${price.raw})`}. Pass the marks of the portfolio that the account belongs to.`,
  )
}

/** The model's state after something changed the pool's: legs, reserves and mode are those of `after`. */
export function venueStateOf(before: VenueState, after: MarginState): VenueState {
  const { account } = before
  const { poolKey } = readParameters(account.rule.parameters)
  const shared = new Map<SharedKey, Native>(before.shared)
  for (const { asset, reserve } of after.positions) {
    const key = [...before.shared.keys()].find(
      (candidate) =>
        candidate.startsWith(`${poolKey}/reserve/`) &&
        readReserve(before.shared.get(candidate)).asset === asset,
    )
    if (key !== undefined) shared.set(key, asNative(reserve as SharedReserve))
  }
  const eMode = String(after.eMode?.id ?? 0)
  const next: MarginAccount = {
    ...account,
    rule: {
      ...account.rule,
      modes: { ...account.rule.modes, [EMODE]: eMode },
      shared: [
        ...new Set([
          ...account.rule.shared,
          ...(eMode === '0' ? [] : [eModeKey(poolKey, Number(eMode))]),
        ]),
      ],
    },
    legs: after.positions.flatMap((position) => legsOf(after, position)),
    // What the venue reported is of the state before.
    reconciliation: reconcile(account.reconciliation.formulaVersion, []),
  }
  return { ...before, account: next, shared }
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
      native: { scaled: scaledSupply },
    })
  }
  if (position.borrowing) {
    const variable = rounding.debtBalance(scaledDebt, debtIndex(revision, reserve, at))
    legs.push({
      ...common,
      kind: 'debt',
      id: `debt:${token}`,
      amount: { raw: variable + stableDebt, decimals },
      native: { scaled: scaledDebt, stable: stableDebt },
    })
  }
  return legs
}
