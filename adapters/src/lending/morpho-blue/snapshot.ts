import { MalformedCallAnswerError } from '@plimsoll/client'
import { UnsupportedVenueStateError } from '@plimsoll/model'
import { type Address, type Hex, zeroAddress } from 'viem'
import type { Rounds } from '../../together.js'
import { type DollarPrice, dollarPriceOf } from '../tokens.js'
import { newRound, type Round, type Told, type Words } from '../words.js'
import { MAX_UINT128 } from './arithmetic.js'
import type { MorphoBlueDeployment } from './deployments.js'
import type { KnownMarket, KnownOwner, Memory } from './memory.js'
import { adaptiveCurveRate } from './rate.js'
import { MOST_DECIMALS, priceDecimals } from './shared.js'
import type { MarketState, RateModel } from './state.js'
import { VIEWS } from './views.js'

/** A market at the block. */
export type ReadMarket = {
  readonly known: KnownMarket
  readonly state: MarketState
  /** The oracle's price; 0 in a market without an oracle. */
  readonly price: bigint
  /** Price of a whole loan token in US dollars; null where it is not known. */
  readonly dollars: DollarPrice
  /** What the rate model says of the market as last read, beside our own arithmetic. */
  readonly rate: { readonly reported: bigint; readonly recomputed: bigint } | null
}

/** A position as stored. */
export type ReadPosition = {
  readonly supplyShares: bigint
  readonly borrowShares: bigint
  readonly collateral: bigint
}

/** Everything that one refresh reads; a market or position throws when it is asked for, if it was not answered. */
export type Snapshot = {
  readonly memory: Memory
  readonly market: (id: Hex) => ReadMarket
  readonly position: (owner: KnownOwner, id: Hex) => ReadPosition
}

/**
 * Reads the markets and positions of a memory in one round; one more when a market whose rate model
 * is not known changed since.
 */
export function* takeSnapshot(
  deployment: MorphoBlueDeployment,
  memory: Memory,
  timestamp: number,
): Rounds<Snapshot> {
  const round = newRound()
  const dollars = askDollars(round, memory)
  const read = new Map(
    memory.markets.map((known) => [
      known.id,
      askMarket(round, deployment, known, dollars.get(known.loan.address)),
    ]),
  )
  const positions = new Map(
    memory.owners.flatMap(({ address, markets }) =>
      markets.map((id) => [
        `${address} ${id}`,
        round.ask(deployment.morpho, VIEWS.position, BigInt(id), BigInt(address)),
      ]),
    ),
  )
  yield* round.send()
  const again = newRound()
  for (const market of read.values()) market.askAgain(again)
  yield* again.send()
  const market: Snapshot['market'] = (id) => {
    const found = read.get(id)
    if (found !== undefined) return found.told(timestamp)
    throw new MalformedCallAnswerError(
      `Market ${id} was not identified. Read again, or check its id.`,
    )
  }
  return {
    memory: {
      ...memory,
      markets: memory.markets.map((known) => ({
        ...known,
        stored: read.get(known.id)?.stored() ?? known.stored,
      })),
    },
    market,
    position: ({ address }, id) => {
      const told = positions.get(`${address} ${id}`)
      if (told !== undefined) return positionOf(told(), market(id))
      throw new MalformedCallAnswerError(
        `The position of ${address} in market ${id} was not asked for. Report the adapter.`,
      )
    },
  }
}

/** The dollar price of each loan asset, asked once. */
function askDollars(
  round: Round,
  { dollars, markets }: Memory,
): ReadonlyMap<Address, () => DollarPrice> {
  if (dollars === null) return new Map()
  const tokens = [...new Set(markets.map(({ loan }) => loan.address))]
  return new Map(
    tokens.map((token) => {
      const told = round.ask(dollars.address, VIEWS.dollarPrice, BigInt(token))
      return [token, () => dollarPriceOf(told, dollars.decimals)]
    }),
  )
}

type AskedMarket = {
  /** The words stored at the block; null when they were not answered. */
  readonly stored: () => Words | null
  readonly askAgain: (round: Round) => void
  readonly told: (timestamp: number) => ReadMarket
}

function askMarket(
  round: Round,
  { morpho, adaptiveCurveIrm }: MorphoBlueDeployment,
  known: KnownMarket,
  dollars: (() => DollarPrice) | undefined,
): AskedMarket {
  const { id, irm, oracle } = known
  const current = round.ask(morpho, VIEWS.market, BigInt(id))
  const price = oracle === zeroAddress ? null : round.ask(oracle, VIEWS.price)
  const isAdaptive = irm === adaptiveCurveIrm
  const atTarget = isAdaptive ? round.ask(irm, VIEWS.rateAtTarget, BigInt(id)) : null
  const askRate = (on: Round, words: Words): Told | null =>
    irm === zeroAddress ? null : on.ask(irm, VIEWS.borrowRate, ...paramWords(known), ...words)
  let rate = askRate(round, known.stored)
  const stored = (): Words | null => {
    try {
      return current()
    } catch {
      return null
    }
  }
  return {
    stored,
    askAgain: (again) => {
      const words = stored()
      // The rate of an unknown model follows from nothing but its answer on the market as it is.
      const isOther = words !== null && words.join() !== known.stored.join()
      if (isOther && !isAdaptive) rate = askRate(again, words)
    },
    told: (timestamp) => {
      const words = current()
      const model = rateModel(rate, atTarget, timestamp)
      return {
        known,
        state: stateOf(known, words, model, timestamp),
        price: price === null ? 0n : (price()[0] ?? 0n),
        dollars: dollars?.() ?? null,
        rate:
          rate === null || model.kind !== 'adaptive-curve'
            ? null
            : {
                reported: rate()[0] ?? 0n,
                recomputed: adaptiveCurveRate(
                  stateOf(known, known.stored, model, timestamp),
                  model.rateAtTarget,
                  timestamp,
                ).borrowRate,
              },
      }
    },
  }
}

const paramWords = ({ loan, collateral, oracle, irm, lltv }: KnownMarket): Words => [
  BigInt(loan.address),
  BigInt(collateral?.address ?? zeroAddress),
  BigInt(oracle),
  BigInt(irm),
  lltv,
]

function rateModel(rate: Told | null, atTarget: Told | null, timestamp: number): RateModel {
  if (rate === null) return { kind: 'none' }
  if (atTarget === null) return { kind: 'observed', borrowRate: rate()[0] ?? 0n, at: timestamp }
  return { kind: 'adaptive-curve', rateAtTarget: atTarget()[0] ?? 0n }
}

/** More than any market charges: a million times its debt in a year. */
const ABSURD_RATE = 10n ** 24n / 31_536_000n

/** @throws MalformedCallAnswerError when the words cannot be of the market at this time */
function stateOf(
  { id, lltv, loan, collateral }: KnownMarket,
  words: Words,
  rate: RateModel,
  timestamp: number,
): MarketState {
  const [supplyAssets = 0n, supplyShares = 0n, borrowAssets = 0n, borrowShares = 0n] = words
  const [lastUpdate = 0n, fee = 0n] = words.slice(4)
  const perSecond =
    rate.kind === 'observed' ? rate.borrowRate : rate.kind === 'none' ? 0n : rate.rateAtTarget
  const isPlausible =
    words.every((word) => word <= MAX_UINT128) &&
    borrowAssets <= supplyAssets &&
    lastUpdate > 0n &&
    lastUpdate <= BigInt(timestamp) &&
    fee <= 25n * 10n ** 16n &&
    perSecond <= ABSURD_RATE
  if (!isPlausible) {
    throw new MalformedCallAnswerError(
      `What Morpho and its rate model say of market ${id} is out of range, or of another time. Check that the node is synced.`,
    )
  }
  const decimals = priceDecimals(loan.decimals, collateral?.decimals ?? 0)
  if (collateral !== null && (decimals < 0 || decimals > MOST_DECIMALS - loan.decimals)) {
    throw new UnsupportedVenueStateError(
      `The tokens of market ${id} have decimals whose oracle price cannot be written down (${decimals}). It cannot be read.`,
    )
  }
  return {
    lltv,
    totalSupplyAssets: supplyAssets,
    totalSupplyShares: supplyShares,
    totalBorrowAssets: borrowAssets,
    totalBorrowShares: borrowShares,
    lastUpdate: Number(lastUpdate),
    fee,
    rate,
  }
}

function positionOf(words: Words, { state, known }: ReadMarket): ReadPosition {
  const [supplyShares = 0n, borrowShares = 0n, collateral = 0n] = words
  const isPlausible =
    supplyShares <= state.totalSupplyShares &&
    borrowShares <= state.totalBorrowShares &&
    collateral <= MAX_UINT128
  if (isPlausible) return { supplyShares, borrowShares, collateral }
  throw new MalformedCallAnswerError(
    `A position in market ${known.id} is larger than the market itself. Check that the node is synced.`,
  )
}
