import type {
  Asset,
  AssetId,
  CashLeg,
  Check,
  CollateralLeg,
  Flag,
  Leg,
  MarginAccount,
  Mark,
  MarkId,
  Native,
  OwnerId,
  PerpLeg,
  SharedKey,
} from '@plimsoll/model'
import { accountId, markId, nodeId, reconcile, sharedKey } from '@plimsoll/model'
import { hyperliquidToken } from '../../assets/hyperliquid.js'
import { indexAsset } from '../../assets/index.js'
import type { WireBalance, WireReserve, WireSpotState } from './answers.js'
import type { Dex, Held } from './dex.js'
import { dexName } from './dex.js'
import { FIDELITY } from './fidelity.js'
import { amountOf, ONE, textOf } from './fixed-point.js'
import { FORMULA_VERSION } from './margin.js'
import type { AccountMode } from './mode.js'

/** USDC, the collateral of the main dex, by its spot token index. */
export const USDC = 0

/** A venue that is read over HTTP has no chain: its own name stands in the ids. */
const VENUE = 'hyperliquid'

/** Everything that was read of one owner. */
export type OwnerReading = {
  readonly owner: OwnerId
  readonly address: string
  readonly mode: AccountMode
  readonly flags: readonly Flag[]
  readonly spot: WireSpotState
  readonly dexes: readonly Dex[]
  /** Unix milliseconds of the read: the instant of what states none. */
  readonly nowMs: number
}

/** Prices that all owners share. */
export type Prices = {
  /** USDC mid of a spot token; undefined where it trades against no USDC. */
  readonly mid: (token: number) => bigint | undefined
  readonly reserves: ReadonlyMap<number, WireReserve>
}

/** Collateral of a portfolio-margin borrow. */
export type Backing = {
  readonly balance: WireBalance
  readonly oracle: bigint
  readonly ltv: bigint
  /** What of the balance the venue counts. */
  readonly counted: bigint
}

/** What accounts refer to, each once. */
export type Book = {
  readonly assets: Map<AssetId, Asset>
  readonly marks: Map<MarkId, Mark>
  readonly shared: Map<SharedKey, Native>
}

/** What differs between the accounts of an owner. */
type AccountParts = {
  readonly kind: 'cross' | 'isolated' | 'holdings'
  /** What sets it apart from others of its kind: a coin, a dex or a token. */
  readonly of: string
  readonly dexes: readonly Dex[]
  readonly legs: readonly Leg[]
  readonly checks: readonly Check[]
}

/** An account of an owner. */
export function buildAccount(reading: OwnerReading, parts: AccountParts): MarginAccount {
  const { kind, of, legs, dexes, checks } = parts
  const { mode } = reading
  const timeMs = Math.min(
    ...(dexes.length === 0 ? [reading.nowMs] : dexes.map(({ state }) => state.time)),
  )
  const coins = legs.flatMap((leg) => (leg.kind === 'perp' ? [leg.id] : []))
  const deployed = new Set(coins.flatMap((coin) => dexName(coin) ?? []))
  return {
    id: accountId(`${VENUE}/${reading.address}/${kind}/${of}`),
    owner: reading.owner,
    venue: VENUE,
    label: `Hyperliquid ${kind} ${of}, ${mode}`,
    asOf: { kind: 'time', timeMs },
    recourse: false,
    rule: {
      tag: `${VENUE}/${kind}`,
      version: 1,
      numeraire: 'USD',
      modes: { account: mode },
      parameters: null,
      shared: coins.map(tableKey),
    },
    legs,
    dependsOn: [
      { node: nodeId('venue:hyperliquid'), lossGivenFailure: 1 },
      ...[...deployed].map((name) => ({
        node: nodeId(`oracle:hyperliquid/${name}`),
        lossGivenFailure: 1,
      })),
    ],
    reconciliation: reconcile(FORMULA_VERSION, checks),
    fidelity: FIDELITY[kind === 'cross' ? mode : kind],
    flags: reading.flags,
  }
}

/** A coin's margin table in `portfolio.shared`. */
const tableKey = (coin: string): SharedKey => sharedKey(`${VENUE}/margin-table/${coin}`)

function putMark(
  book: Book,
  asset: Asset,
  path: string,
  feed: 'fixed' | 'mark' | 'mid' | 'borrow-oracle',
  price: bigint,
  timeMs: number | null = null,
): MarkId {
  const id = markId(`${VENUE}/${path}`)
  const mid = amountOf(price)
  book.assets.set(asset.id, asset)
  book.marks.set(id, {
    id,
    asset: asset.id,
    numeraire: 'USD',
    min: mid,
    mid,
    max: mid,
    confidence: null,
    source: feed === 'mid' ? 'market' : 'venue-oracle',
    feed,
    timeMs,
    stalenessLimitMs: null,
  })
  return id
}

/** Collateral of a dex, signed. The venue's rule counts one collateral token as one USD. */
export function cashLeg(book: Book, token: number, amount: bigint): CashLeg {
  const asset = hyperliquidToken(token, `token ${token}`)
  const mark = putMark(book, asset, `collateral:${token}`, 'fixed', ONE)
  return { kind: 'cash', id: 'cash', asset: asset.id, mark, amount: amountOf(amount) }
}

/** A position. The mark is the owner's own: answers of two owners are not of one instant. */
export function perpLeg({ address }: OwnerReading, held: Held, book: Book): PerpLeg {
  const { coin, leverage, wire, time, price, size, table } = held
  const asset = indexAsset(VENUE, coin)
  const mark = putMark(book, asset, `${address}/perp:${coin}`, 'mark', price, time)
  const key = tableKey(coin)
  book.shared.set(
    key,
    table.map(([from, maxLeverage]) => [textOf(from), maxLeverage]),
  )
  return {
    kind: 'perp',
    id: coin,
    asset: asset.id,
    mark,
    size: amountOf(size),
    entryPrice: wire.entryPx,
    native: { leverage, tiers: key },
  }
}

/** Collateral of a portfolio-margin borrow, at the venue's borrow oracle. */
export function backingLeg(book: Book, { balance, oracle, ltv, counted }: Backing): CollateralLeg {
  return {
    ...balanceLeg(book, balance, 'borrow-oracle', oracle),
    counts: true,
    native: { counted: textOf(counted), ltv: textOf(ltv) },
  }
}

/** A spot balance at a price; without a mark where the price is 0. */
export function balanceLeg(
  book: Book,
  balance: WireBalance,
  feed: 'mid' | 'borrow-oracle',
  price: bigint,
): CollateralLeg {
  const { token, coin } = balance
  const asset = hyperliquidToken(token, coin)
  const id = `token:${token ?? coin}`
  book.assets.set(asset.id, asset)
  return {
    kind: 'collateral',
    id,
    asset: asset.id,
    mark: price === 0n ? null : putMark(book, asset, `${feed}/${id}`, feed, price),
    amount: amountOf(balance.total),
    counts: false,
  }
}
