import { MalformedCallAnswerError } from '@plimsoll/client'
import type { Address } from 'viem'
import type { Rounds } from '../../together.js'
import { type DollarPrice, dollarPriceOf, orNull } from '../tokens.js'
import { addressOf, newRound, type Round, type Told, type Words } from '../words.js'
import { FACTOR_SCALE, INDEX_SCALE, MAX_INDEX, MAX_TOTAL, MAX_UINT128 } from './arithmetic.js'
import { heldOf, identityOf } from './discover.js'
import { type KnownAsset, type Memory, MOST_ASSETS } from './memory.js'
import type { CollateralAsset, MarketState, RateCurve } from './state.js'
import { VIEWS } from './views.js'

/** A market at the block. */
export type ReadMarket = {
  readonly memory: Memory
  readonly state: MarketState
  readonly basePrice: bigint
  readonly dollars: DollarPrice
  /** What the market itself says its utilization is. */
  readonly utilization: bigint
}

/** A collateral asset at the block. */
export type ReadAsset = CollateralAsset & { readonly known: KnownAsset; readonly price: bigint }

/** An account as stored, and what the market says of it. */
export type ReadAccount = {
  readonly principal: bigint
  /** Raw units by the asset's place in the market. */
  readonly balances: ReadonlyMap<number, bigint>
  readonly reported: {
    readonly supplied: bigint
    readonly borrowed: bigint
    readonly isLiquidatable: boolean
  }
}

/** Everything that one refresh reads; a part throws when it is asked for, if it was not answered. */
export type Snapshot = {
  /** Whether the market or an owner has changed in what the memory says of it. */
  readonly isOther: boolean
  readonly market: () => ReadMarket
  readonly asset: (offset: number) => ReadAsset
  readonly account: (owner: Address) => ReadAccount
}

/** Reads a market and the accounts of a memory in one round. */
export function* takeSnapshot(memory: Memory, timestamp: number): Rounds<Snapshot> {
  const round = newRound()
  const market = askMarket(round, memory, timestamp)
  const assets = new Map(
    memory.assets.map((known) => [known.offset, askAsset(round, memory, known)]),
  )
  const accounts = new Map(
    memory.owners.map((owner) => [owner.address, askAccount(round, memory, owner.address)]),
  )
  yield* round.send()
  const parts = [market, ...assets.values(), ...accounts.values()]
  const asset: Snapshot['asset'] = (offset) => told(memory, assets.get(offset)).read()
  return {
    isOther: parts.some(({ isSame }) => orNull(isSame) === false),
    market: market.read,
    asset,
    account: (owner) => told(memory, accounts.get(owner)).read(),
  }
}

/** A part of a snapshot: what was told, and whether it is what the memory says. */
type Part<Value> = { readonly isSame: () => boolean; readonly read: () => Value }

function told<Value>({ comet }: Memory, part: Part<Value> | undefined): Part<Value> {
  if (part !== undefined) return part
  throw new MalformedCallAnswerError(
    `Market ${comet} has an asset or account that was not asked for. Report the adapter.`,
  )
}

function implausible(comet: Address, what: string): MalformedCallAnswerError {
  return new MalformedCallAnswerError(
    `What market ${comet} says of ${what} is out of range, or of another time. Check the market's address and that the node is synced.`,
  )
}

/** A rate per second beyond which nothing is charged: a million times the debt in a year. */
const ABSURD_RATE = 10n ** 24n / 31_536_000n

function askMarket(round: Round, memory: Memory, timestamp: number): Part<ReadMarket> {
  const { comet, base, baseFeed, dollars } = memory
  const one = (view: (typeof VIEWS)[keyof typeof VIEWS]): (() => bigint) => {
    const answer = round.ask(comet, view)
    return () => answer()[0] ?? 0n
  }
  const token = one(VIEWS.baseToken)
  const feed = one(VIEWS.baseFeed)
  const totals = round.ask(comet, VIEWS.totals)
  const utilization = one(VIEWS.utilization)
  const supplyCurve = askCurve([
    one(VIEWS.supplyKink),
    one(VIEWS.supplyBase),
    one(VIEWS.supplySlopeLow),
    one(VIEWS.supplySlopeHigh),
  ])
  const borrowCurve = askCurve([
    one(VIEWS.borrowKink),
    one(VIEWS.borrowBase),
    one(VIEWS.borrowSlopeLow),
    one(VIEWS.borrowSlopeHigh),
  ])
  const borrowMin = one(VIEWS.borrowMin)
  const targetReserves = one(VIEWS.targetReserves)
  const storeFront = one(VIEWS.storeFront)
  const held = round.ask(base.address, VIEWS.balance, BigInt(comet))
  const price = round.ask(comet, VIEWS.price, BigInt(baseFeed))
  const dollarPrice =
    dollars === null ? null : round.ask(dollars.address, VIEWS.dollarPrice, BigInt(base.address))
  return {
    isSame: () => addressOf(token()) === base.address && addressOf(feed()) === baseFeed,
    read: () => {
      const state: MarketState = {
        baseScale: 10n ** BigInt(base.decimals),
        ...totalsOf(comet, totals(), timestamp),
        supplyCurve: supplyCurve(comet),
        borrowCurve: borrowCurve(comet),
        baseBorrowMin: borrowMin(),
        storeFrontPriceFactor: storeFront(),
        targetReserves: targetReserves(),
        baseHeld: held()[0] ?? 0n,
      }
      const amounts = [state.baseBorrowMin, state.targetReserves, state.baseHeld, utilization()]
      const isPlausible =
        base.decimals <= 18 &&
        state.storeFrontPriceFactor <= FACTOR_SCALE &&
        amounts.every((amount) => amount <= MAX_UINT128) &&
        addressOf(token()) === base.address &&
        addressOf(feed()) === baseFeed
      if (!isPlausible) throw implausible(comet, 'itself')
      return {
        memory,
        state,
        basePrice: priceOf(comet, price),
        dollars:
          dollarPrice === null || dollars === null
            ? null
            : dollarPriceOf(dollarPrice, dollars.decimals),
        utilization: utilization(),
      }
    },
  }
}

function askCurve(
  told: readonly [() => bigint, () => bigint, () => bigint, () => bigint],
): (comet: Address) => RateCurve {
  return (comet) => {
    const [kink, base, slopeLow, slopeHigh] = [told[0](), told[1](), told[2](), told[3]()]
    const isPlausible =
      kink <= FACTOR_SCALE && [base, slopeLow, slopeHigh].every((rate) => rate <= ABSURD_RATE)
    if (isPlausible) return { kink, base, slopeLow, slopeHigh }
    throw implausible(comet, 'its interest')
  }
}

type Totals = Pick<
  MarketState,
  'supplyIndex' | 'borrowIndex' | 'totalSupply' | 'totalBorrow' | 'lastAccrual' | 'pauses'
>

function totalsOf(comet: Address, words: Words, timestamp: number): Totals {
  const [supplyIndex = 0n, borrowIndex = 0n, , , totalSupply = 0n, totalBorrow = 0n] = words
  const [lastAccrual = 0n, pauseFlags = 0n] = words.slice(6)
  const isIndex = (index: bigint): boolean => index >= INDEX_SCALE && index <= MAX_INDEX
  const isPlausible =
    isIndex(supplyIndex) &&
    isIndex(borrowIndex) &&
    words.slice(2, 4).every((index) => index <= MAX_INDEX) &&
    totalSupply <= MAX_TOTAL &&
    totalBorrow <= MAX_TOTAL &&
    lastAccrual > 0n &&
    lastAccrual <= BigInt(timestamp) &&
    pauseFlags < 32n
  if (!isPlausible) throw implausible(comet, 'its totals')
  const isPaused = (bit: bigint): boolean => ((pauseFlags >> bit) & 1n) === 1n
  return {
    supplyIndex,
    borrowIndex,
    totalSupply,
    totalBorrow,
    lastAccrual: Number(lastAccrual),
    pauses: {
      supply: isPaused(0n),
      withdraw: isPaused(2n),
      absorb: isPaused(3n),
      buy: isPaused(4n),
    },
  }
}

function priceOf(comet: Address, told: Told): bigint {
  const [price = 0n] = told()
  if (price > 0n && price <= MAX_UINT128) return price
  throw implausible(comet, 'a price')
}

function askAsset(round: Round, { comet }: Memory, known: KnownAsset): Part<ReadAsset> {
  const { offset, token, feed } = known
  const info = round.ask(comet, VIEWS.asset, BigInt(offset))
  const total = round.ask(comet, VIEWS.totalCollateral, BigInt(token.address))
  const price = round.ask(comet, VIEWS.price, BigInt(feed))
  const isSame = (): boolean => {
    const identity = identityOf(info())
    return identity.token === token.address && identity.feed === feed
  }
  return {
    isSame,
    read: () => {
      const [place = 0n, , , scale = 0n, borrowCollateralFactor = 0n] = info()
      const [liquidateCollateralFactor = 0n, liquidationFactor = 0n, supplyCap = 0n] =
        info().slice(5)
      const [totalSupplied = 0n, reserved = 0n] = total()
      const isPlausible =
        isSame() &&
        place === BigInt(offset) &&
        scale === 10n ** BigInt(token.decimals) &&
        scale <= MAX_INDEX &&
        borrowCollateralFactor <= liquidateCollateralFactor &&
        liquidateCollateralFactor <= FACTOR_SCALE &&
        liquidationFactor <= FACTOR_SCALE &&
        [supplyCap, totalSupplied, reserved].every((amount) => amount <= MAX_UINT128)
      if (!isPlausible) throw implausible(comet, `collateral ${token.address}`)
      return {
        known,
        price: priceOf(comet, price),
        scale,
        borrowCollateralFactor,
        liquidateCollateralFactor,
        liquidationFactor,
        supplyCap,
        totalSupplied,
      }
    },
  }
}

function askAccount(
  round: Round,
  { comet, assets, owners }: Memory,
  owner: Address,
): Part<ReadAccount> {
  const held = owners.find(({ address }) => address === owner)?.held ?? []
  const word = BigInt(owner)
  const stored = round.ask(comet, VIEWS.account, word)
  const supplied = round.ask(comet, VIEWS.balance, word)
  const borrowed = round.ask(comet, VIEWS.owed, word)
  const liquidatable = round.ask(comet, VIEWS.liquidatable, word)
  const balances = assets
    .filter(({ offset }) => held.includes(offset))
    .map(({ offset, token }) => ({
      offset,
      told: round.ask(comet, VIEWS.collateral, word, BigInt(token.address)),
    }))
  const isSame = (): boolean => heldOf(comet, stored(), MOST_ASSETS).join() === held.join()
  return {
    isSame,
    read: () => {
      const [raw = 0n, ...tracking] = stored()
      const principal = BigInt.asIntN(256, raw)
      const [verdict = 0n] = liquidatable()
      const isPlausible =
        isSame() &&
        principal <= MAX_TOTAL &&
        principal >= -MAX_TOTAL &&
        tracking.every((part) => part <= MAX_INDEX) &&
        verdict <= 1n
      if (!isPlausible) throw implausible(comet, `account ${owner}`)
      return {
        principal,
        balances: new Map(
          balances.map(({ offset, told: answer }) => [offset, balanceOf(comet, answer())]),
        ),
        reported: {
          supplied: supplied()[0] ?? 0n,
          borrowed: borrowed()[0] ?? 0n,
          isLiquidatable: verdict === 1n,
        },
      }
    },
  }
}

/** What an account has of an asset that it is in: never nothing. */
function balanceOf(comet: Address, [balance = 0n, reserved = 0n]: Words): bigint {
  if (balance > 0n && balance <= MAX_UINT128 && reserved <= MAX_UINT128) return balance
  throw implausible(comet, 'a collateral balance')
}
