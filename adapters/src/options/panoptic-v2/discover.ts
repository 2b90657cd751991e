import { describeIssues, UnsupportedVenueStateError } from '@plimsoll/model'
import type { Address } from 'viem'
import * as z from 'zod/mini'
import { nativeAsset } from '../../assets/index.js'
import type { Rounds } from '../../together.js'
import { addressOf, askAll, malformed, numberUpTo, textOf, view, type Words } from './calls.js'
import { type EngineParameters, ONE } from './engine.js'
import type { PoolMemory, TokenMemory } from './memory.js'
import type { KnownPool } from './pools.js'
import { engineSchema } from './schemas.js'

/** Getters of a risk engine, in the order in which they are asked. */
const ENGINE = [
  'DECIMALS()',
  'SELLER_COLLATERAL_RATIO()',
  'BUYER_COLLATERAL_RATIO()',
  'MAINT_MARGIN_RATE()',
  'TARGET_POOL_UTIL()',
  'SATURATED_POOL_UTIL()',
  'CROSS_BUFFER_0()',
  'CROSS_BUFFER_1()',
  'MAX_BONUS()',
  'BP_DECREASE_BUFFER()',
  'MAX_TICKS_DELTA()',
] as const

const COIN: Address = `0x${'0'.repeat(40)}`
const WORD64 = (1n << 64n) - 1n

/**
 * Finds what a pool is made of, in three rounds: its parts; their tokens and the engine's numbers; what the
 * tokens are.
 *
 * @throws the error of an answer, MalformedCallAnswerError, UnsupportedVenueStateError
 */
export function* discover({ address, chain, name }: KnownPool): Rounds<PoolMemory> {
  const [first = [], second = [], engine = [], id = []] = yield* askAll([
    view(address, 'collateralToken0()'),
    view(address, 'collateralToken1()'),
    view(address, 'riskEngine()'),
    view(address, 'poolId()'),
  ])
  const trackers = [addressOf(first[0]), addressOf(second[0])] as const
  const engineAt = addressOf(engine[0])
  const [asset0 = [], asset1 = [], ...numbers] = yield* askAll([
    ...trackers.map((tracker) => view(tracker, 'asset()')),
    ...ENGINE.map((signature) => view(engineAt, signature)),
  ])
  const tokens = [addressOf(asset0[0]), addressOf(asset1[0])] as const
  if (tokens[0] >= tokens[1]) throw malformed(`the tokens of ${address} are not in order`)
  const coin = nativeAsset(chain)
  if (tokens[0] === COIN && coin === null) {
    throw new UnsupportedVenueStateError(
      `${name} holds the coin of chain ${chain}, which the asset registry does not know. Add it.`,
    )
  }
  const asked = tokens.filter((token) => token !== COIN)
  const texts = yield* askAll(
    asked.flatMap((token) => [view(token, 'symbol()', [], null), view(token, 'decimals()')]),
  )
  const described = asked.map((_token, index) => termsOf(texts.slice(2 * index)))
  if (tokens[0] === COIN) described.unshift({ symbol: coin?.symbol ?? '', decimals: 18 })
  const [token0, token1] = tokens.map((token, index): TokenMemory | undefined => {
    const [tracker, terms] = [trackers[index], described[index]]
    return tracker === undefined || terms === undefined ? undefined : { tracker, token, ...terms }
  })
  if (token0 === undefined || token1 === undefined) throw malformed(`${address} has no tokens`)
  return {
    pool: address,
    poolId: numberUpTo(WORD64, id[0]),
    tokens: [token0, token1],
    engine: engineOf(
      numbers.map(([word]) => word ?? 0n),
      name,
    ),
  }
}

function termsOf([symbol = [], decimals = []]: readonly Words[]): Pick<
  TokenMemory,
  'symbol' | 'decimals'
> {
  return { symbol: textOf(symbol), decimals: Number(numberUpTo(36n, decimals[0])) }
}

function engineOf(numbers: Words, name: string): EngineParameters {
  const [one, seller, buyer, loan, target, saturated, cross0, cross1, bonus, buffer, delta] =
    numbers
  const result = z.safeParse(engineSchema, {
    sellerRatio: seller,
    buyerRatio: buyer,
    loanMargin: loan,
    targetUtilization: target,
    saturatedUtilization: saturated,
    crossBuffers: [cross0, cross1],
    maxBonus: bonus,
    decreaseBuffer: buffer,
    maxTicksDelta: delta,
  })
  if (result.success && one === ONE) return result.data
  throw new UnsupportedVenueStateError(
    `The risk engine of ${name} has numbers that Panoptic v2's cannot have. Check the pool's address, or update the adapter.`,
    { details: result.success ? `DECIMALS: ${one}` : describeIssues(result.error) },
  )
}
