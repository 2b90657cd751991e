import { MalformedCallAnswerError } from '@plimsoll/client'
import type { Rounds } from '../../together.js'
import { addressOf, newRound, type Round, type Told, type Words } from '../words.js'
import { revisionOf } from './arithmetic.js'
import { tokensOf } from './discover.js'
import {
  borrows,
  holds,
  type KnownOwner,
  type KnownReserve,
  type MarketMemory,
  supplies,
  usesAsCollateral,
} from './memory.js'
import { decodeReserve, type SharedReserve } from './reserve.js'
import type { EModeState, PoolState, ReserveState } from './state.js'
import { VIEWS } from './views.js'

/** A reserve that someone leans on, as read. */
export type ReadReserve = {
  readonly known: KnownReserve
  readonly shared: Pick<SharedReserve, 'data' | 'gracePeriodUntil' | 'hasVariableDebt'>
  readonly state: ReserveState
  readonly price: bigint
}

/** An owner's answers; asking for them throws what they failed with. */
export type ReadOwner = {
  readonly owner: KnownOwner
  readonly supply: (id: number) => bigint
  readonly debt: (id: number) => bigint
  readonly stableDebt: (id: number) => bigint
  /** `getUserAccountData`. */
  readonly reported: Told
}

/** A market at the pinned block, as far as the owners lean on it. */
export type Snapshot = {
  readonly memory: MarketMemory
  readonly pool: PoolState
  readonly reserves: readonly ReadReserve[]
  /** With the price of its source where it has one, else 0. */
  readonly eModes: readonly { readonly state: EModeState; readonly price: bigint }[]
  readonly owners: readonly ReadOwner[]
}

/**
 * Reads everything of a market that the owners' accounts need, in one round. When an owner's bits or
 * mode, or the pool's revision, are not those of the memory, it returns what changed instead.
 *
 * @param also reserves and e-modes to read beside those in use
 * @throws PlimsollError when an answer that every owner leans on is missing
 */
export function* takeSnapshot(
  memory: MarketMemory,
  timestamp: number,
  also: { readonly allReserves: boolean; readonly eModes: readonly number[] },
): Rounds<Snapshot | { readonly changed: MarketMemory }> {
  const { pool, oracle, sentinel } = memory
  const rules = revisionOf(memory.revision)
  const held = memory.reserves.filter(
    ({ id }) => also.allReserves || memory.owners.some((owner) => holds(owner, id)),
  )
  const modes = [...memory.owners.map(({ eMode }) => eMode), ...also.eModes].filter((id) => id > 0)
  const round = newRound()
  const revision = round.ask(pool, VIEWS.revision)
  const assets = held.map(({ asset }) => BigInt(asset))
  const prices =
    held.length > 0 && round.ask(oracle, VIEWS.prices, 32n, BigInt(held.length), ...assets)
  const guard = rules.isolation &&
    held.length > 0 &&
    BigInt(sentinel) > 0n && {
      liquidation: round.ask(sentinel, VIEWS.liquidationAllowed),
      borrow: round.ask(sentinel, VIEWS.borrowAllowed),
    }
  const reserves = held.map((known) => askReserve(round, memory, known))
  const eModes = [...new Set(modes)].map((id) => askEMode(round, memory, id))
  const owners = memory.owners.map((owner) => askOwner(round, memory, owner, held))
  yield* round.send()

  const now = owners.map(({ now }) => now())
  const isChanged = now.some((owner, index) => owner !== memory.owners[index])
  const nowRevision = Number(revision()[0])
  if (nowRevision !== memory.revision || isChanged) {
    return { changed: { ...memory, revision: nowRevision, owners: now } }
  }
  const priceWords = prices === false ? [] : prices()
  return {
    memory,
    pool: {
      revision: nowRevision,
      baseUnit: memory.baseUnit,
      sentinel:
        guard === false
          ? null
          : { liquidation: guard.liquidation()[0] === 1n, borrow: guard.borrow()[0] === 1n },
    },
    reserves: reserves.map((read, index) => read(timestamp, priceWords[index] ?? 0n)),
    eModes: eModes.map((read) => read()),
    owners,
  }
}

function askReserve(
  round: Round,
  { pool, revision, owners }: MarketMemory,
  known: KnownReserve,
): (timestamp: number, price: bigint) => ReadReserve {
  const { id, asset, aToken, variableDebtToken } = known
  const reserve = round.ask(pool, VIEWS.reserve, BigInt(asset))
  const grace =
    revisionOf(revision).gracePeriod && round.ask(pool, VIEWS.gracePeriod, BigInt(asset))
  // Whoever borrows it proves that there is debt.
  const isBorrowed = owners.some((owner) => borrows(owner, id))
  const total = !isBorrowed && round.ask(variableDebtToken, VIEWS.scaledTotal)
  return (timestamp, price) => {
    const data = reserve()
    const tokens = tokensOf(data)
    const shared = {
      data,
      gracePeriodUntil: grace === false ? 0 : Number(grace()[0]),
      hasVariableDebt: total === false || total()[0] !== 0n,
    }
    const state = decodeReserve({ ...shared, asset, mark: '' })
    const isSame =
      tokens.id === id && tokens.aToken === aToken && tokens.variableDebtToken === variableDebtToken
    if (
      state !== null &&
      isSame &&
      state.lastUpdate <= timestamp &&
      price > 0n &&
      price >> 160n === 0n
    ) {
      return { known, shared, state, price }
    }
    throw new MalformedCallAnswerError(
      `What the pool and its oracle say of reserve ${asset} is out of range, or of another reserve (price ${price}). Check that the node is synced.`,
    )
  }
}

function askEMode(
  round: Round,
  { pool, oracle, revision, eModeSources }: MarketMemory,
  id: number,
): () => Snapshot['eModes'][number] {
  const rules = revisionOf(revision)
  const category = BigInt(id)
  const isBitmap = rules.eModeAssets === 'bitmap'
  const source = eModeSources[id] ?? addressOf()
  const ratios = round.ask(pool, isBitmap ? VIEWS.modeRatios : VIEWS.category, category)
  const price = BigInt(source) > 0n && round.ask(oracle, VIEWS.price, BigInt(source))
  const collateral = isBitmap && round.ask(pool, VIEWS.modeCollateral, category)
  const borrowable = isBitmap && round.ask(pool, VIEWS.modeBorrowable, category)
  const ltvZero = rules.zeroLtvOf === 'user' && round.ask(pool, VIEWS.modeLtvZero, category)
  const isolated = !rules.isolation && round.ask(pool, VIEWS.modeIsolated, category)
  const word = (told: Told | false): bigint => (told === false ? 0n : (told()[0] ?? 0n))
  return () => {
    const words = ratios()
    const [ltv = 0n, liquidationThreshold = 0n, liquidationBonus = 0n] = isBitmap
      ? words
      : words.slice(1)
    if (!isBitmap && addressOf(words[4]) !== source) {
      throw new MalformedCallAnswerError(
        `The price source of e-mode ${id} of pool ${pool} was replaced. Create a new client and read again.`,
      )
    }
    return {
      state: {
        id,
        ltv,
        liquidationThreshold,
        liquidationBonus,
        collateralBitmap: word(collateral),
        borrowableBitmap: word(borrowable),
        ltvZeroBitmap: word(ltvZero),
        isolated: word(isolated) === 1n,
        priceMark: null,
      },
      price: word(price),
    }
  }
}

/** Asks for an owner's bits and balances; `now` is the owner of the memory itself while nothing changed. */
function askOwner(
  round: Round,
  { pool, revision }: MarketMemory,
  owner: KnownOwner,
  held: readonly KnownReserve[],
): ReadOwner & { readonly now: () => KnownOwner } {
  const user = BigInt(owner.address)
  const bits = round.ask(pool, VIEWS.configuration, user)
  const mode = round.ask(pool, VIEWS.mode, user)
  const own = held.filter(({ id }) => holds(owner, id))
  const account = own.length > 0 && round.ask(pool, VIEWS.account, user)
  const balances = (which: (reserve: KnownReserve) => Told | false): ((id: number) => bigint) => {
    const told = new Map(own.map((reserve) => [reserve.id, which(reserve)]))
    return (id) => (told.get(id) || (() => [0n]))()[0] ?? 0n
  }
  return {
    owner,
    supply: balances(
      ({ id, aToken }) => supplies(owner, id) && round.ask(aToken, VIEWS.scaledBalance, user),
    ),
    debt: balances(
      ({ id, variableDebtToken }) =>
        borrows(owner, id) && round.ask(variableDebtToken, VIEWS.scaledBalance, user),
    ),
    stableDebt: balances(
      ({ id, stableDebtToken }) =>
        revisionOf(revision).stableDebt &&
        borrows(owner, id) &&
        BigInt(stableDebtToken) > 0n &&
        round.ask(stableDebtToken, VIEWS.balance, user),
    ),
    reported: () => {
      // Bits that were not answered leave the account unknown, even if its balances were.
      const words: Words = [...bits(), ...mode()]
      return account === false ? words : account()
    },
    now: () => {
      try {
        const next = { ...owner, configuration: bits()[0] ?? 0n, eMode: Number(mode()[0]) }
        if (next.configuration === owner.configuration && next.eMode === owner.eMode) return owner
        // What is no longer used as collateral may still be supplied.
        const released = held.filter(
          ({ id }) => usesAsCollateral(owner, id) && !usesAsCollateral(next, id),
        )
        return { ...next, suppliedOnly: [...owner.suppliedOnly, ...released.map(({ id }) => id)] }
      } catch {
        return owner
      }
    },
  }
}
