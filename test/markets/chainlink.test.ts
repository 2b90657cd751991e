import {
  CHAINLINK_ARBITRUM_FEEDS,
  CHAINLINK_BASE_FEEDS,
  CHAINLINK_FEEDS,
  type ChainlinkFeed,
  chainlink,
} from '@plimsoll/adapters/markets/chainlink'
import { AdapterError, CallRevertedError, type Request } from '@plimsoll/client'
import { factorId } from '@plimsoll/model'
import {
  decodeFunctionData,
  encodeFunctionResult,
  getAddress,
  type Hex,
  isAddress,
  parseAbi,
} from 'viem'
import { describe, expect, it } from 'vitest'
import { play } from './play.js'
import { stateWith } from './state.js'

const DAY = 86_400
const NOW = 20_700 * DAY + 100
const BLOCK = {
  kind: 'block' as const,
  chain: 1,
  number: 1n,
  hash: '0x01' as const,
  timestamp: NOW,
}

const ABI = parseAbi([
  'function decimals() view returns (uint8)',
  'function description() view returns (string)',
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
  'function getRoundData(uint80) view returns (uint80, int256, uint256, uint256, uint80)',
])

const ETH: ChainlinkFeed = {
  chain: 1,
  address: '0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419',
  factor: factorId('spot:ETH'),
  description: 'ETH / USD',
  heartbeatSeconds: 3600,
}

/** Rounds of a feed without a proxy: phase 0, one an hour, the last an hour before now. */
const COUNT = 24 * 100
const hourly = (round: bigint): readonly [bigint, bigint, bigint, bigint, bigint] => {
  const at = BigInt(NOW) - (BigInt(COUNT) - round + 1n) * 3600n
  return [round, 300_000_000_000n + round, at, at, round]
}

type Answers = {
  readonly decimals?: number
  readonly description?: string
  readonly round?: (round: bigint) => readonly [bigint, bigint, bigint, bigint, bigint]
  readonly latest?: readonly [bigint, bigint, bigint, bigint, bigint]
}

function respond({
  decimals = 8,
  description = 'ETH / USD',
  round = hourly,
  latest,
}: Answers = {}) {
  return (request: Request): Hex => {
    if (request.kind !== 'call') throw new CallRevertedError('No call.')
    const { functionName, args } = decodeFunctionData({ abi: ABI, data: request.data })
    if (functionName === 'decimals') {
      return encodeFunctionResult({ abi: ABI, functionName, result: decimals })
    }
    if (functionName === 'description') {
      return encodeFunctionResult({ abi: ABI, functionName, result: description })
    }
    if (functionName === 'latestRoundData') {
      const result = latest ?? round(BigInt(COUNT))
      return encodeFunctionResult({ abi: ABI, functionName, result })
    }
    const [asked] = args
    if (asked < 1n || asked > COUNT) throw new CallRevertedError('No data present.')
    return encodeFunctionResult({ abi: ABI, functionName, result: round(asked) })
  }
}

const read = (answers: Answers = {}, days = 30, feeds: readonly ChainlinkFeed[] = [ETH]) =>
  play(
    chainlink({ feeds }),
    {
      factors: ['spot:ETH', 'iv:ETH', 'spot:PEPE'],
      fromMs: (NOW - days * DAY) * 1000,
      nowMs: NOW * 1000,
      block: BLOCK,
    },
    respond(answers),
  )

describe('feeds of Chainlink', () => {
  const all = [...CHAINLINK_FEEDS, ...CHAINLINK_ARBITRUM_FEEDS, ...CHAINLINK_BASE_FEEDS]

  it('are addresses with their checksum, each once', () => {
    for (const { address } of all) {
      expect(isAddress(address)).toBe(true)
      expect(getAddress(address)).toBe(address)
    }
    expect(new Set(all.map(({ address }) => address)).size).toBe(all.length)
  })

  it('call themselves by their factor', () => {
    for (const { factor, description } of all) {
      const pair = factor.startsWith('spot:') ? `${factor.slice(5)} / USD` : factor.slice(4)
      expect(description.replaceAll(' ', '').toUpperCase()).toBe(
        pair.replaceAll(' ', '').toUpperCase(),
      )
    }
  })

  it('are refused where they cannot be a source', () => {
    expect(() => chainlink({ feeds: [] })).toThrow(AdapterError)
    expect(() => chainlink({ feeds: [ETH, { ...ETH, chain: 10 }] })).toThrow(/Two Chainlink feeds/)
    const factor = factorId('rate:USD')
    expect(() => chainlink({ feeds: [{ ...ETH, factor }] })).toThrow(/use spot: or peg:/)
    expect(() => chainlink({ feeds: [{ ...ETH, heartbeatSeconds: 0 }] })).toThrow(/heartbeat/)
  })
})

describe('closes of a feed', () => {
  it('are the rounds in force at the days of UTC, of what was asked', async () => {
    const { result } = await read()
    expect(result.gaps).toEqual([])
    const [history] = result.histories
    expect(history?.toMs).toBe(20_700 * DAY * 1000)
    expect(history?.prices).toHaveLength(30)
    // 100 s before now; rounds lie a whole number of hours before now.
    expect(history?.prices.at(-1)).toBe(3000 + (COUNT - 0) / 1e8)
    expect(history?.prices.at(-2)).toBe(3000 + (COUNT - 24) / 1e8)
    expect(stateWith(result, NOW * 1000).histories).toHaveLength(1)
  })

  it('are not asked for on another chain, or of another factor', async () => {
    const elsewhere = await play(
      chainlink({ feeds: [ETH] }),
      { factors: ['spot:ETH'], nowMs: NOW * 1000, block: { ...BLOCK, chain: 10 } },
      respond(),
    )
    expect(elsewhere.rounds).toEqual([])
    const other = await play(
      chainlink({ feeds: [ETH] }),
      { factors: ['spot:BTC'], nowMs: NOW * 1000, block: BLOCK },
      respond(),
    )
    expect(other.rounds).toEqual([])
    const nowhere = play(
      chainlink({ feeds: [ETH] }),
      { factors: ['spot:ETH'], nowMs: NOW * 1000 },
      respond(),
    )
    await expect(nowhere).rejects.toThrow(AdapterError)
  })

  it('are cut at the newest 2,000, and say so', async () => {
    const { result } = await read({}, 2500)
    expect(result.gaps[0]).toMatchObject({
      what: 'the oldest closes',
      error: 'MarketDataMissingError',
    })
  })

  it.each<[string, Answers]>([
    ['another name', { description: 'BTC / USD' }],
    ['absurd decimals', { decimals: 77 }],
    ['no round yet', { latest: [0n, 0n, 0n, 0n, 0n] }],
    ['a round of an absurd number', { latest: [2n ** 40n, 1n, 1n, 1n, 1n] }],
    ['a round of an absurd instant', { latest: [5n, 1n, 1n, 2n ** 60n, 5n] }],
    [
      'other rounds than were asked for',
      { round: (round) => hourly(round === BigInt(COUNT) ? round : round + 1n) },
    ],
  ])('are a gap of a feed that has %s', async (_what, answers) => {
    const { result } = await read(answers)
    expect(result.histories).toEqual([])
    expect(result.gaps).toMatchObject([{ what: 'spot:ETH', error: 'MarketDataInvalidError' }])
  })

  it('are unknown where the node shows no round but the newest', async () => {
    const { result, rounds } = await play(
      chainlink({ feeds: [ETH] }),
      {
        factors: ['spot:ETH'],
        fromMs: (NOW - 30 * DAY) * 1000,
        nowMs: NOW * 1000,
        block: BLOCK,
      },
      (request) => {
        const isRound = request.kind === 'call' && request.data.length > 10
        if (isRound) throw new CallRevertedError('out of gas')
        return respond()(request)
      },
    )
    expect(rounds.length).toBeLessThanOrEqual(13)
    expect(result.histories).toEqual([])
    expect(result.gaps.at(-1)).toMatchObject({ what: 'spot:ETH', error: 'MarketDataMissingError' })
  })

  it('end in words where rounds do not rise in time', async () => {
    const scrambled = (round: bigint) => {
      const [id, answer, , , answered] = hourly(round)
      const at = BigInt(NOW) - (((round * 7919n) % BigInt(COUNT)) + 1n) * 3600n
      return [id, answer, at, at, answered] as const
    }
    const { result, rounds } = await read({ round: scrambled }, 90)
    expect(rounds.length).toBeLessThanOrEqual(13)
    expect(result.histories.length + result.gaps.length).toBeGreaterThan(0)
  })
})
