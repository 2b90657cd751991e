import type { ReadContext } from '@plimsoll/client'
import {
  type Asset,
  type AssetId,
  accountId,
  type Check,
  erc20,
  type Fidelity,
  type MarginAccount,
  type Mark,
  type MarkId,
  markId,
  type Native,
  nodeId,
  type OwnerId,
  reconcile,
  type SharedKey,
  type VenueState,
} from '@plimsoll/model'
import { resolveAsset } from '../../assets/index.js'
import { EMODE, legsOf, priceIdOf } from './bridge.js'
import type { AaveV3Market } from './markets.js'
import { borrows, usesAsCollateral } from './memory.js'
import { aaveV3Module } from './module.js'
import { eModeKey, poolKeyOf, reserveKey } from './shared.js'
import type { ReadOwner, Snapshot } from './snapshot.js'
import type { EModeState } from './state.js'

type Block = NonNullable<ReadContext['block']>

/** Which arithmetic an account's numbers come from; travels with them. */
const FORMULA = `${aaveV3Module.tag}@${aaveV3Module.version}`

/** Revisions whose own code was met on a thousand random states each. */
const EXACT_REVISIONS: readonly number[] = [1, 10]

/** How far numbers of a pool revision can be trusted. */
export const fidelityOf = (revision: number): Fidelity =>
  EXACT_REVISIONS.includes(revision) ? { grade: 'exact' } : { grade: 'modelled' }

/** What the accounts of a market share, and each account's own part of it. */
export type MarketParts = {
  readonly poolKey: SharedKey
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
  readonly shared: { readonly [key: SharedKey]: Native }
  readonly eModes: readonly EModeState[]
}

export function marketParts(
  venue: string,
  { chain, pool }: AaveV3Market,
  snapshot: Snapshot,
): MarketParts {
  const poolKey = poolKeyOf(venue, chain, pool)
  const decimals = String(snapshot.pool.baseUnit).length - 1
  const shared: { [key: SharedKey]: Native } = { [poolKey]: snapshot.pool }
  const marks: Mark[] = []
  const addMark = (id: MarkId, asset: AssetId, raw: bigint): void => {
    const price = { raw, decimals }
    marks.push({
      id,
      asset,
      numeraire: 'USD',
      min: price,
      mid: price,
      max: price,
      confidence: null,
      source: 'venue-oracle',
      feed: 'aave-oracle',
      timeMs: null,
      stalenessLimitMs: null,
    })
  }
  const assets = snapshot.reserves.map(({ known, shared: reserve, state, price }) => {
    const id = erc20(chain, known.asset)
    const mark = markId(`${poolKey}/price/${known.asset}`)
    shared[reserveKey(poolKey, known.asset)] = { ...reserve, asset: id, mark }
    addMark(mark, id, price)
    return resolveAsset({ id, symbol: known.symbol, decimals: state.decimals })
  })
  const eModes = snapshot.eModes.map(({ state, price }) => {
    const priced = snapshot.reserves.find(
      ({ state: { eModeCategory } }) => eModeCategory === state.id,
    )
    // A source that answers 0 leaves the assets at their own prices.
    const mark =
      price > 0n && priced !== undefined ? markId(`${poolKey}/emode/${state.id}/price`) : null
    if (mark !== null && priced !== undefined)
      addMark(mark, erc20(chain, priced.known.asset), price)
    const eMode = { ...state, priceMark: mark }
    shared[eModeKey(poolKey, state.id)] = eMode
    return eMode
  })
  return { poolKey, assets, marks, shared, eModes }
}

/**
 * The account of one owner in one market, checked against `getUserAccountData`; null without
 * anything in it.
 *
 * @throws PlimsollError when one of the owner's answers is missing
 */
export function marginAccount(
  venue: string,
  market: AaveV3Market,
  snapshot: Snapshot,
  parts: MarketParts,
  owner: OwnerId,
  reading: ReadOwner,
  block: Block,
): MarginAccount | null {
  const { poolKey } = parts
  const { address, eMode: mode } = reading.owner
  const eMode = parts.eModes.find(({ id }) => id === mode) ?? null
  const state = { pool: snapshot.pool, eMode, at: block.timestamp, positions: [] }
  const reported = reading.reported()
  const keys = new Set<SharedKey>([poolKey])
  const legs = snapshot.reserves.flatMap(({ known, state: reserve, price }) => {
    const { id, asset } = known
    const key = reserveKey(poolKey, asset)
    const position = {
      asset: erc20(market.chain, asset),
      priceId: priceIdOf(snapshot.pool, eMode, reserve, `${poolKey}/price/${asset}`),
      price,
      reserve,
      scaledSupply: reading.supply(id),
      scaledDebt: reading.debt(id),
      stableDebt: reading.stableDebt(id),
      usedAsCollateral: usesAsCollateral(reading.owner, id),
      borrowing: borrows(reading.owner, id),
    }
    const own = legsOf(state, position)
    if (own.length > 0) keys.add(key)
    return own
  })
  if (legs.length === 0) return null
  if (mode > 0) keys.add(eModeKey(poolKey, mode))
  const account: MarginAccount = {
    id: accountId(`${poolKey}/${address}`),
    owner,
    venue,
    label: market.name,
    asOf: block,
    recourse: false,
    rule: {
      tag: aaveV3Module.tag,
      version: aaveV3Module.version,
      numeraire: 'USD',
      modes: { [EMODE]: String(mode) },
      parameters: { pool: market.pool, poolKey },
      shared: [...keys],
    },
    legs,
    dependsOn: [{ node: nodeId(`venue:${venue}`), lossGivenFailure: 1 }],
    reconciliation: reconcile(FORMULA, []),
    fidelity: fidelityOf(snapshot.pool.revision),
    flags: [],
  }
  const judged: VenueState = {
    account,
    marks: new Map(parts.marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map([...keys].map((key) => [key, parts.shared[key] ?? null])),
    at: block.timestamp,
  }
  const checks = checksOf(aaveV3Module.evaluate(judged).exact, reported)
  return { ...account, reconciliation: reconcile(FORMULA, checks) }
}

/** The words of `getUserAccountData`, in order, with their decimals. */
const REPORTED = [
  ['totalCollateralBase', 8],
  ['totalDebtBase', 8],
  ['availableBorrowsBase', 8],
  ['currentLiquidationThreshold', 4],
  ['ltv', 4],
  ['healthFactor', 18],
] as const

/** What the contract reports where we say that there is no debt. */
const NO_DEBT = 2n ** 256n - 1n

/** The pool's own numbers beside ours, at the block: no residual is tolerated. */
function checksOf(
  exact: ReturnType<typeof aaveV3Module.evaluate>['exact'],
  reported: readonly bigint[],
): readonly Check[] {
  return REPORTED.map(([name, decimals], index) => {
    const ours = exact[name]?.raw ?? NO_DEBT
    const theirs = reported[index] ?? 0n
    return {
      name,
      reported: { raw: theirs, decimals },
      recomputed: { raw: ours, decimals },
      residual: Math.abs(Number(ours - theirs)),
      tolerance: 0,
    }
  })
}
