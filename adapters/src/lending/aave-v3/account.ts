import type { ReadContext } from '@plimsoll/client'
import {
  type Asset,
  accountId,
  type Check,
  type Fidelity,
  erc20,
  type MarginAccount,
  type Mark,
  type MarkId,
  markId,
  type Native,
  nodeId,
  type OwnerId,
  reconcile,
  type SharedKey,
} from '@plimsoll/model'
import { resolveAsset } from '../../assets/index.js'
import { revisionOf } from './arithmetic.js'
import { EMODE, legsOf } from './bridge.js'
import { inEMode } from './margin.js'
import type { AaveV3Market } from './markets.js'
import { borrows, usesAsCollateral } from './memory.js'
import { aaveV3Module } from './module.js'
import { asNative, eModeKey, poolKeyOf, reserveKey } from './shared.js'
import type { OwnerReading, Snapshot } from './snapshot.js'
import type { EModeState, Position } from './state.js'

type Block = NonNullable<ReadContext['block']>
type Reading = Extract<OwnerReading, { ok: true }>
type SnapshotReserve = Snapshot['reserves'][number]

/** Which arithmetic an account's numbers come from; travels with them. */
export const FORMULA = 'aave-v3@1'

/** Revisions whose own code was met on a thousand random states each. */
const EXACT_REVISIONS: ReadonlySet<number> = new Set([1, 10])

/** How far numbers of a pool revision can be trusted. */
export function fidelityOf(revision: number): Fidelity {
  return EXACT_REVISIONS.has(revision) ? { grade: 'exact' } : { grade: 'modelled' }
}

/** Marks, assets and shared state of a market, for every account in it. */
export type MarketParts = {
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
  readonly shared: { readonly [key: SharedKey]: Native }
}

/** What the accounts of a market share. */
export function marketParts(venue: string, market: AaveV3Market, snapshot: Snapshot): MarketParts {
  const { chain, pool } = market
  const poolKey = poolKeyOf(venue, chain, pool)
  const decimals = String(snapshot.pool.baseUnit).length - 1
  const shared: { [key: SharedKey]: Native } = { [poolKey]: asNative(snapshot.pool) }
  const marks: Mark[] = []
  for (const { token, price, symbol: _, ...state } of snapshot.reserves) {
    const asset = erc20(chain, token)
    const mark = priceMark(poolKey, token)
    shared[reserveKey(poolKey, token)] = asNative({ ...state, asset, mark })
    marks.push(oracleMark(mark, asset, price, decimals))
  }
  for (const { source, price, ...state } of snapshot.eModes) {
    const covered = snapshot.reserves.find(({ eModeCategory }) => eModeCategory === state.id)
    // A source that answers 0 leaves the assets at their own prices.
    const mark = source === null || price === 0n || covered === undefined ? null : eModeMark(poolKey, state)
    shared[eModeKey(poolKey, state.id)] = asNative({ ...state, priceMark: mark })
    if (mark !== null && covered !== undefined) {
      marks.push(oracleMark(mark, erc20(chain, covered.token), price, decimals))
    }
  }
  return {
    assets: snapshot.reserves.map(({ token, symbol, decimals: assetDecimals }) =>
      resolveAsset({ id: erc20(chain, token), symbol, decimals: assetDecimals }),
    ),
    marks,
    shared,
  }
}

const priceMark = (poolKey: string, token: string): MarkId => markId(`${poolKey}/price/${token}`)
const eModeMark = (poolKey: string, { id }: Pick<EModeState, 'id'>): MarkId =>
  markId(`${poolKey}/emode/${id}/price`)

function oracleMark(id: MarkId, asset: Mark['asset'], raw: bigint, decimals: number): Mark {
  const price = { raw, decimals }
  return {
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
  }
}

/** The account of one owner in one market, checked against `getUserAccountData`; null without anything. */
export function marginAccount(
  venue: string,
  market: AaveV3Market,
  snapshot: Snapshot,
  parts: MarketParts,
  owner: OwnerId,
  reading: Reading,
  block: Block,
): MarginAccount | null {
  const poolKey = poolKeyOf(venue, market.chain, market.pool)
  const positions = snapshot.reserves.map((reserve) =>
    positionOf(market.chain, poolKey, snapshot, parts, reserve, reading),
  )
  const state = { pool: snapshot.pool, eMode: null, positions, at: block.timestamp }
  const legs = positions.flatMap((position) => legsOf(state, position))
  if (legs.length === 0) return null
  const unchecked: MarginAccount = {
    id: accountId(`${poolKey}/${reading.owner.address}`),
    owner,
    venue,
    label: market.name,
    asOf: block,
    recourse: false,
    rule: {
      tag: aaveV3Module.tag,
      version: aaveV3Module.version,
      numeraire: 'USD',
      modes: { [EMODE]: String(reading.owner.eMode) },
      parameters: { poolKey, pool: market.pool },
      shared: Object.keys(parts.shared) as SharedKey[],
    },
    legs,
    dependsOn: [{ node: nodeId(`venue:${venue}`), lossGivenFailure: 1 }],
    reconciliation: reconcile(FORMULA, []),
    fidelity: fidelityOf(snapshot.pool.revision),
    flags: [],
  }
  return {
    ...unchecked,
    reconciliation: reconcile(FORMULA, checksOf(unchecked, parts, reading.reported)),
  }
}

/** The owner's position in one reserve; its price is that of the mode where the mode has one. */
function positionOf(
  chain: number,
  poolKey: string,
  snapshot: Snapshot,
  parts: MarketParts,
  reserve: SnapshotReserve,
  { owner, scaledSupply, scaledDebt, stableDebt }: Reading,
): Position {
  const { id, token, price } = reserve
  const eMode = snapshot.eModes.find((candidate) => candidate.id === owner.eMode) ?? null
  const special = eModeMark(poolKey, { id: owner.eMode })
  const isSpecial =
    parts.marks.some((mark) => mark.id === special) &&
    inEMode(revisionOf(snapshot.pool.revision), eMode, reserve)
  return {
    asset: erc20(chain, token),
    priceId: isSpecial ? special : priceMark(poolKey, token),
    price: isSpecial ? (eMode?.price ?? price) : price,
    reserve,
    scaledSupply: scaledSupply.get(id) ?? 0n,
    scaledDebt: scaledDebt.get(id) ?? 0n,
    stableDebt: stableDebt.get(id) ?? 0n,
    usedAsCollateral: usesAsCollateral(owner, id),
    borrowing: borrows(owner, id),
  }
}

/** What the contract reports where we say that there is no debt. */
const NO_DEBT = 2n ** 256n - 1n

/** The pool's own numbers beside ours, at the block: no residual is tolerated. */
function checksOf(
  account: MarginAccount,
  parts: MarketParts,
  reported: readonly bigint[],
): readonly Check[] {
  const { exact } = aaveV3Module.evaluate({
    account,
    marks: new Map(parts.marks.map((mark) => [mark.id, mark])),
    assets: new Map(parts.assets.map((asset) => [asset.id, asset])),
    shared: new Map(Object.entries(parts.shared) as [SharedKey, Native][]),
    at: account.asOf.kind === 'block' ? account.asOf.timestamp : 0,
  })
  return Object.entries(REPORTED).map(([name, { word, decimals }]): Check => {
    const ours = exact[name]?.raw ?? NO_DEBT
    const theirs = reported[word] ?? 0n
    return {
      name,
      reported: { raw: theirs, decimals },
      recomputed: { raw: ours, decimals },
      residual: Number(ours > theirs ? ours - theirs : theirs - ours),
      tolerance: 0,
    }
  })
}

/** The words of `getUserAccountData`. */
const REPORTED = {
  totalCollateralBase: { word: 0, decimals: 8 },
  totalDebtBase: { word: 1, decimals: 8 },
  availableBorrowsBase: { word: 2, decimals: 8 },
  currentLiquidationThreshold: { word: 3, decimals: 4 },
  ltv: { word: 4, decimals: 4 },
  healthFactor: { word: 5, decimals: 18 },
} as const
