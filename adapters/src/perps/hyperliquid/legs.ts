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
import { accountId, markId, nodeId, parseAmount, reconcile, sharedKey } from '@plimsoll/model'
import { indexAsset } from '../../assets/index.js'
import type { WireBalance, WireDexState, WireReserve, WireSpotState } from './answers.js'
import { FIDELITY, type FidelityKey } from './fidelity.js'
import { amountOf, textOf } from './fixed-point.js'
import type { TableRow } from './margin.js'
import { formulaVersionAt } from './margin.js'
import type { AccountMode } from './mode.js'
import type { Held } from './reconcile.js'
import { tokenAsset, tokenName } from './tokens.js'

/** A venue that is read over HTTP has no chain: its own name stands in the ids. */
const VENUE = 'hyperliquid'

/** One dex as an owner stands on it. The main dex has the name "". */
export type Dex = {
  readonly name: string
  readonly collateralToken: number
  readonly state: WireDexState
  readonly held: readonly Held[]
  /** Margin table rows of the coins held, by coin. */
  readonly tables: ReadonlyMap<string, readonly TableRow[]>
}

/** Everything that was read of one owner. */
export type OwnerReading = {
  readonly owner: OwnerId
  readonly address: string
  /** What the collateral follows, and the venue's own word for it. */
  readonly mode: AccountMode
  readonly statedMode: string
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

/** What accounts refer to, each once. */
export type Book = {
  readonly assets: Map<AssetId, Asset>
  readonly marks: Map<MarkId, Mark>
  readonly shared: Map<SharedKey, Native>
}

/** What differs between the accounts of an owner. */
export type AccountParts = {
  readonly path: string
  readonly label: string
  readonly tag: string
  readonly fidelity: FidelityKey
  readonly dexes: readonly Dex[]
  readonly legs: readonly Leg[]
  readonly checks: readonly Check[]
  readonly flags?: readonly Flag[]
}

/** An account of an owner. */
export function buildAccount(reading: OwnerReading, parts: AccountParts): MarginAccount {
  const { legs, dexes, checks } = parts
  const timeMs = Math.min(
    ...(dexes.length === 0 ? [reading.nowMs] : dexes.map(({ state }) => state.time)),
  )
  const formula = formulaVersionAt(timeMs)
  const reconciliation = reconcile(formula, checks)
  const deployed = dexes.filter(({ name, held }) => name !== '' && held.length > 0)
  return {
    id: accountId(`${VENUE}/${reading.address}/${parts.path}`),
    owner: reading.owner,
    venue: VENUE,
    label: `Hyperliquid ${parts.label}`,
    asOf: { kind: 'time', timeMs },
    recourse: false,
    rule: {
      tag: parts.tag,
      version: 1,
      numeraire: 'USD',
      modes: { account: reading.mode, stated: reading.statedMode },
      parameters: { formula },
      shared: legs.flatMap((leg) => (leg.kind === 'perp' ? [tableKey(leg.id)] : [])),
    },
    legs,
    dependsOn: [
      { node: nodeId('venue:hyperliquid'), lossGivenFailure: 1 },
      ...deployed.map(({ name }) => ({
        node: nodeId(`oracle:hyperliquid/${name}`),
        lossGivenFailure: 1,
      })),
    ],
    reconciliation,
    fidelity: FIDELITY[parts.fidelity],
    flags: [...reading.flags, ...(parts.flags ?? [])],
  }
}

/** A coin's margin table in `portfolio.shared`. */
const tableKey = (coin: string): SharedKey => sharedKey(`${VENUE}/margin-table/${coin}`)

function putMark(
  book: Book,
  asset: Asset,
  mark: Pick<Mark, 'source' | 'feed' | 'timeMs' | 'mid'> & { readonly path: string },
): MarkId {
  const { path, mid, ...rest } = mark
  const id = markId(`${VENUE}/${path}`)
  book.assets.set(asset.id, asset)
  book.marks.set(id, {
    id,
    asset: asset.id,
    numeraire: 'USD',
    min: mid,
    mid,
    max: mid,
    confidence: null,
    stalenessLimitMs: null,
    ...rest,
  })
  return id
}

/** Collateral of a dex, signed. The venue's rule counts one collateral token as one USD. */
export function cashLeg(book: Book, token: number, amount: bigint): CashLeg {
  const asset = tokenAsset({ token, coin: `token ${token}` })
  const mark = putMark(book, asset, {
    path: `collateral:${token}`,
    source: 'venue-oracle',
    feed: 'fixed',
    timeMs: null,
    mid: parseAmount('1'),
  })
  return { kind: 'cash', id: 'cash', asset: asset.id, mark, amount: amountOf(amount) }
}

/** A position. The mark is the owner's own: answers of two owners are not of one instant. */
export function perpLeg(
  { address }: OwnerReading,
  { state, tables }: Dex,
  { wire, position }: Held,
  book: Book,
): PerpLeg {
  const { coin, leverage, entryPx } = wire
  const asset = indexAsset(VENUE, coin)
  const mark = putMark(book, asset, {
    path: `${address}/perp:${coin}`,
    source: 'venue-oracle',
    feed: 'mark',
    timeMs: state.time,
    mid: amountOf(position.price),
  })
  const key = tableKey(coin)
  const rows = tables.get(coin) ?? []
  book.shared.set(
    key,
    rows.map(([from, maxLeverage]) => [textOf(from), maxLeverage]),
  )
  return {
    kind: 'perp',
    id: coin,
    asset: asset.id,
    mark,
    size: amountOf(position.size),
    entryPrice: entryPx,
    native: { leverage: leverage.value, tiers: key },
  }
}

/** Collateral of a portfolio-margin borrow, at the venue's borrow oracle. */
export function reserveLeg(
  book: Book,
  balance: WireBalance,
  reserve: { readonly oracle: bigint; readonly ltv: bigint; readonly counted: bigint },
): CollateralLeg {
  const asset = tokenAsset(balance)
  const mark = putMark(book, asset, {
    path: `reserve:${tokenName(balance)}`,
    source: 'venue-oracle',
    feed: 'borrow-oracle',
    timeMs: null,
    mid: amountOf(reserve.oracle),
  })
  return {
    kind: 'collateral',
    id: `token:${tokenName(balance)}`,
    asset: asset.id,
    mark,
    amount: amountOf(balance.total),
    counts: true,
    native: { counted: textOf(reserve.counted), ltv: textOf(reserve.ltv) },
  }
}

/** A spot balance at the venue's mid; without a price where it trades against no USDC. */
export function tokenLeg(book: Book, balance: WireBalance, { mid }: Prices): CollateralLeg {
  const asset = tokenAsset(balance)
  book.assets.set(asset.id, asset)
  const price = balance.token === undefined ? undefined : mid(balance.token)
  const mark =
    price === undefined || price === 0n
      ? null
      : putMark(book, asset, {
          path: `spot:${tokenName(balance)}`,
          source: 'market',
          feed: 'mid',
          timeMs: null,
          mid: amountOf(price),
        })
  return {
    kind: 'collateral',
    id: `token:${tokenName(balance)}`,
    asset: asset.id,
    mark,
    amount: amountOf(balance.total),
    counts: false,
  }
}
