import type { CallRequest } from '@plimsoll/client'
import { contractCall } from '@plimsoll/client'
import type { Address } from 'viem'
import { parseAbi } from 'viem'
import { MarketDataInvalidError } from '../errors.js'

const ROUND =
  '(uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)'
const ABI = parseAbi([
  'function decimals() view returns (uint8)',
  'function description() view returns (string)',
  `function latestRoundData() view returns ${ROUND}`,
  `function getRoundData(uint80 roundId) view returns ${ROUND}`,
])

/** One answer of one aggregator. */
export type Round = {
  /** Unix seconds. */
  readonly updatedAt: number
  /** In the feed's decimals. */
  readonly answer: bigint
  /** The round of the same aggregator that the answer is from: an earlier one where this one found none. */
  readonly answeredIn: number
}

/** A round by the aggregator's place among those of the feed, and its number there. */
export type RoundPlace = { readonly phase: number; readonly round: number }

/** Aggregators count rounds in 32 bits. */
export const LAST_ROUND: number = 2 ** 32 - 1

const PHASE_BITS = 64n
const ROUND_MASK = (1n << PHASE_BITS) - 1n

// 13,000 were measured through a proxy that is not warm; other aggregators may take more.
const ROUND_GAS = 20_000
const ROUND_BYTES = 160

function placeOf(roundId: bigint, address: Address): RoundPlace {
  const round = Number(roundId & ROUND_MASK)
  if (round > LAST_ROUND) throw invalid(address, `round ${roundId} has no place in its aggregator`)
  return { phase: Number(roundId >> PHASE_BITS), round }
}

type RoundData = readonly [
  roundId: bigint,
  answer: bigint,
  startedAt: bigint,
  updatedAt: bigint,
  answeredInRound: bigint,
]

/** @throws MarketDataInvalidError when its instant is none */
function roundOf([, answer, , updatedAt, answeredIn]: RoundData, address: Address): Round {
  if (updatedAt > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalid(address, `an answer of ${updatedAt}`)
  }
  return {
    updatedAt: Number(updatedAt),
    answer,
    answeredIn: placeOf(answeredIn, address).round,
  }
}

/** Decimals of a feed's answers. */
export const decimalsCall = (address: Address): CallRequest<number> =>
  contractCall({ address, abi: ABI, functionName: 'decimals' })

/** What a feed calls itself. */
export const descriptionCall = (address: Address): CallRequest<string> =>
  contractCall({ address, abi: ABI, functionName: 'description', answerBytes: 96 })

/** The newest round and its place. */
export function latestCall(
  address: Address,
): CallRequest<{ readonly place: RoundPlace; readonly round: Round }> {
  const call = contractCall({
    address,
    abi: ABI,
    functionName: 'latestRoundData',
    gas: ROUND_GAS,
    answerBytes: ROUND_BYTES,
  })
  return {
    ...call,
    decode: (bytes) => {
      const data = call.decode(bytes)
      const latest = { place: placeOf(data[0], address), round: roundOf(data, address) }
      if (latest.round.updatedAt > 0 && latest.place.round > 0) return latest
      throw invalid(address, 'no round yet')
    },
  }
}

/** One round; null where the aggregator has none of that number, or none that is complete. */
export function roundCall(
  address: Address,
  { phase, round }: RoundPlace,
): CallRequest<Round | null> {
  const roundId = (BigInt(phase) << PHASE_BITS) | BigInt(round)
  const call = contractCall({
    address,
    abi: ABI,
    functionName: 'getRoundData',
    args: [roundId],
    gas: ROUND_GAS,
    answerBytes: ROUND_BYTES,
  })
  return {
    ...call,
    decode: (bytes) => {
      const data = call.decode(bytes)
      if (data[3] === 0n) return null
      if (data[0] === roundId) return roundOf(data, address)
      throw invalid(address, `round ${data[0]} where ${roundId} was asked for`)
    },
  }
}

function invalid(address: Address, what: string): MarketDataInvalidError {
  return new MarketDataInvalidError(
    `The feed ${address} says ${what}. Check that the address is a price feed of this chain; until then its prices are unknown.`,
  )
}
