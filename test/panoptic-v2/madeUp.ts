import type { PanopticPool } from '@plimsoll/adapters/options/panoptic-v2'
import { decodeTokenId, panopticV2 } from '@plimsoll/adapters/options/panoptic-v2'
import type { Adapter } from '@plimsoll/client'
import type { Address } from 'viem'
import { MEASURED_ENGINE } from '../truth-models/panoptic-v2.js'
import { CHAIN } from './readSynthetic.js'
import { quietAt, type SyntheticPool, type SyntheticToken } from './syntheticPool.js'
import { type MeasuredCase, measuredCases } from './truthCases.js'

/** The coin of the chain, wrapped, and a dollar, as the asset registry lists them there. */
export const WETH: SyntheticToken = {
  address: '0x82af49447d8a07e3bd95bd0d56f35241523fbab1',
  symbol: 'WETH',
  decimals: 18,
}
export const USDC: SyntheticToken = {
  address: '0xaf88d065e77c8cc2239327c5edb3a432268e5831',
  symbol: 'USDC',
  decimals: 6,
}
/** A token that no registry knows and that calls itself a dollar. */
export const UNKNOWN: SyntheticToken = {
  address: `0x${'d7'.repeat(20)}`,
  symbol: 'USDC',
  decimals: 18,
}

export const OWNERS: readonly [Address, Address, Address, Address] = [
  `0x${'a1'.repeat(20)}`,
  `0x${'b2'.repeat(20)}`,
  `0x${'c3'.repeat(20)}`,
  `0x${'e0'.repeat(20)}`,
]

/** A measured case by its id; absent ids stop the tests that need them. */
export function caseOf(id: string): MeasuredCase {
  const found = measuredCases().find((entry) => entry.id === id)
  if (found === undefined) throw new RangeError(`No measured case is called ${id}.`)
  return found
}

/** A made-up pool with the account of a measured case in it, the whole oracle at the case's tick. */
export function poolOf(
  { holdings, tick, expect }: MeasuredCase,
  address: Address,
  owner: Address,
  tokens: readonly [SyntheticToken, SyntheticToken] = [WETH, USDC],
): SyntheticPool {
  const [position] = holdings.positions
  return {
    address,
    poolId: position === undefined ? 0n : decodeTokenId(position.tokenId).poolId,
    engine: MEASURED_ENGINE,
    tokens,
    oracle: quietAt(tick),
    owners: [
      {
        address: owner,
        holdings,
        requirements: expect.requirements.map(({ token0, token1 }) => [token0, token1] as const),
      },
    ],
  }
}

/** How the adapter is told of a made-up pool. */
export function configured(pool: SyntheticPool): PanopticPool {
  return {
    chain: CHAIN,
    address: pool.address,
    name: `Made-up ${pool.address.slice(0, 6)}`,
    quote: 1,
    numeraire: 'USD',
    positions: Object.fromEntries(
      pool.owners.map(({ address, holdings }) => [
        address,
        holdings.positions.map(({ tokenId }) => tokenId),
      ]),
    ),
  }
}

/** The adapter that reads made-up pools. */
export function adapterOf(pools: readonly SyntheticPool[]): Adapter {
  return panopticV2({ pools: pools.map(configured) })
}

/** Two pools: two positions, four legs of one, collateral alone, and an owner with nothing. */
export function twoPools(): readonly SyntheticPool[] {
  const [alice, bob, carol] = OWNERS
  const first = poolOf(caseOf('panoptic-a16635d5'), `0x${'1f'.repeat(20)}`, alice)
  const second = poolOf(caseOf('panoptic-946f0b49'), `0x${'2f'.repeat(20)}`, bob, [WETH, UNKNOWN])
  const nothing = [0n, 0n] as const
  const saver = {
    address: carol,
    requirements: [],
    holdings: {
      positions: [],
      assets: [3n * 10n ** 18n, 5_000_000_000n] as const,
      interest: nothing,
      shortPremia: nothing,
      longPremia: nothing,
    },
  }
  return [{ ...first, owners: [...first.owners, saver] }, second]
}
