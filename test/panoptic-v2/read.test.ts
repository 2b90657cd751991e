import type { PanopticPool } from '@plimsoll/adapters/options/panoptic-v2'
import { panopticV2 } from '@plimsoll/adapters/options/panoptic-v2'
import { AdapterError } from '@plimsoll/client'
import { nativeCoin, toNumber } from '@plimsoll/model'
import type { Address } from 'viem'
import { toFunctionSelector } from 'viem'
import { describe, expect, it } from 'vitest'
import {
  adapterOf,
  caseOf,
  configured,
  OWNERS,
  poolOf,
  twoPools,
  UNKNOWN,
  USDC,
  WETH,
} from './madeUp.js'
import { CHAIN, readSynthetic } from './readSynthetic.js'
import type { SyntheticPool } from './syntheticPool.js'

const [ALICE, BOB, CAROL, NOBODY] = OWNERS
const TWO_POSITIONS = caseOf('panoptic-a16635d5')
const ADDRESS: Address = `0x${'1f'.repeat(20)}`

/** Reads one pool with the positions that the caller believes in. */
const readWith = async (pool: SyntheticPool, positions: PanopticPool['positions']) =>
  (
    await readSynthetic(
      panopticV2({ pools: [{ ...configured(pool), positions }] }),
      [pool],
      [ALICE],
    )
  ).result

const idsOf = (pool: SyntheticPool): readonly bigint[] =>
  pool.owners[0]?.holdings.positions.map(({ tokenId }) => tokenId) ?? []

describe('readPanopticV2', () => {
  it('gives an account for each owner and pool, to the unit what the venue states', async () => {
    const pools = twoPools()
    const { result } = await readSynthetic(adapterOf(pools), pools, OWNERS)
    expect(result.failures).toEqual([])
    expect(
      result.accounts.map(({ owner, reconciliation }) => [owner, reconciliation.status]),
    ).toEqual([ALICE, CAROL, BOB].map((owner) => [`eip155:_:${owner}`, 'reconciled']))
    expect(result.existence.map(({ state }) => state)).toEqual(['has', 'has', 'has', 'none'])
    const [alice] = result.accounts
    const names = alice?.reconciliation.checks.map(({ name }) => name)
    expect(names).toContain('requirement1 of position 1')
    expect(names).toContain('premia0')
  })

  it('holds assets and collectable premium, owes interest and premium, and names each position', async () => {
    const [owner] = poolOf(TWO_POSITIONS, ADDRESS, ALICE).owners
    if (owner === undefined) throw new RangeError('The pool has no owner.')
    const holdings = {
      ...owner.holdings,
      assets: [11n, 12n] as const,
      interest: [3n, 4n] as const,
      shortPremia: [5n, 6n] as const,
      longPremia: [7n, 8n] as const,
    }
    const pool = { ...poolOf(TWO_POSITIONS, ADDRESS, ALICE), owners: [{ ...owner, holdings }] }
    const { result } = await readSynthetic(adapterOf([pool]), [pool], [ALICE])
    const [account] = result.accounts
    const legs = account?.legs ?? []
    const held = legs.flatMap((leg) =>
      (leg.kind === 'collateral' || leg.kind === 'debt') && leg.native === undefined
        ? [[leg.id, leg.kind === 'debt' ? 'owed' : leg.counts, leg.amount.raw]]
        : [],
    )
    expect(held).toEqual([
      ['assets0', true, 11n],
      ['assets1', true, 12n],
      ['interest0', 'owed', 3n],
      ['interest1', 'owed', 4n],
      ['shortPremia0', true, 5n],
      ['shortPremia1', true, 6n],
      ['longPremia0', 'owed', 7n],
      ['longPremia1', 'owed', 8n],
    ])
    const ids = holdings.positions.map(({ tokenId }) => tokenId)
    const named = legs.flatMap(({ native }) => (native === undefined ? [] : [native]))
    expect(new Set(named.map((native) => (native as { tokenId: bigint }).tokenId))).toEqual(
      new Set(ids),
    )
    expect(account?.flags.map(({ code }) => code)).toEqual(['ranges-at-tick'])
  })

  it('flags no range where there is none', async () => {
    const pools = twoPools()
    const { result } = await readSynthetic(adapterOf(pools), pools, [CAROL])
    expect(result.accounts.map(({ flags }) => flags)).toEqual([[]])
  })

  it('takes four rounds, and one when it remembers the pool', async () => {
    const pools = twoPools()
    const first = await readSynthetic(adapterOf(pools), pools, OWNERS)
    expect(first.rounds).toHaveLength(4)
    const again = await readSynthetic(adapterOf(pools), pools, OWNERS, first.result.memory)
    expect(again.rounds).toHaveLength(1)
    expect(again.result).toEqual(first.result)
  })

  it('asks no position data of an owner without configured positions', async () => {
    const pools = twoPools()
    const { rounds } = await readSynthetic(adapterOf(pools), pools, [NOBODY])
    const selector = toFunctionSelector('getFullPositionsData(address,bool,uint256[])')
    const data = rounds.flat().map(({ request }) => (request.kind === 'call' ? request.data : ''))
    expect(data.some((text) => text.startsWith(selector))).toBe(false)
  })

  it('prices token0 in the quote token, at the averaged tick', async () => {
    const pools = twoPools()
    const { result } = await readSynthetic(adapterOf(pools), pools, OWNERS)
    const [weth, usdc] = result.marks
    expect(usdc).toMatchObject({ feed: 'fixed', numeraire: 'USD', mid: { raw: 10n ** 36n } })
    const expected = Math.exp(Math.log(1.0001) * TWO_POSITIONS.tick) * 1e12
    expect(toNumber(weth?.mid ?? { raw: 0n, decimals: 0 }) / expected).toBeCloseTo(1, 9)
  })

  it('prices token1 in token0 where that is the quote, and bounds it by the four ticks', async () => {
    const quiet = poolOf(TWO_POSITIONS, ADDRESS, ALICE, [WETH, UNKNOWN])
    const pool = {
      ...quiet,
      oracle: {
        ...quiet.oracle,
        current: -9_900,
        averages: [-10_100, -10_000, -10_000, -10_000] as const,
        reference: -10_000,
      },
    }
    const adapter = panopticV2({ pools: [{ ...configured(pool), quote: 0 }] })
    const { result } = await readSynthetic(adapter, [pool], [ALICE])
    const [, mark] = result.marks
    const ticks = [mark?.min, mark?.mid, mark?.max].map(
      (price) => -Math.log(toNumber(price ?? { raw: 0n, decimals: 0 })) / Math.log(1.0001),
    )
    expect(ticks.map(Math.round)).toEqual([-9_900, -10_000, -10_100])
  })

  it('knows the coin of the chain, which has no contract', async () => {
    const coin = { address: `0x${'0'.repeat(40)}` as const, symbol: 'never asked', decimals: 1 }
    const pool = poolOf(TWO_POSITIONS, ADDRESS, ALICE, [coin, USDC])
    const { result } = await readSynthetic(adapterOf([pool]), [pool], [ALICE])
    expect(result.failures).toEqual([])
    expect(result.assets[0]).toMatchObject({ id: nativeCoin(CHAIN), symbol: 'ETH', decimals: 18 })
  })
})

describe('positions that are not those configured', () => {
  const pool = poolOf(TWO_POSITIONS, ADDRESS, ALICE)
  const [first = 0n, second = 0n] = idsOf(pool)
  const changed = second + (1n << 76n)

  it.each([
    ['none is configured', []],
    ['one is missing', [first]],
    ['one is of another pool', [first, second + 1n]],
  ])('are a failure and unknown when %s', async (_what, ids) => {
    const { accounts, existence, failures } = await readWith(pool, { [ALICE]: ids })
    expect(accounts).toEqual([])
    expect(existence).toMatchObject([{ state: 'unknown', asOf: null }])
    expect(failures).toMatchObject([{ error: 'PositionsUnknownError' }])
  })

  it('are a failure when as many legs are configured, but of a position that is not held', async () => {
    const { accounts, existence, failures } = await readWith(pool, { [ALICE]: [first, changed] })
    expect(accounts).toEqual([])
    expect(existence).toMatchObject([{ state: 'unknown' }])
    expect(failures).toMatchObject([{ error: 'CallRevertedError' }])
  })

  it('are a failure when all configured ones were closed', async () => {
    const [owner] = pool.owners
    const closed = owner && { ...owner, holdings: { ...owner.holdings, positions: [] } }
    const emptied = { ...pool, owners: closed === undefined ? [] : [closed] }
    const { failures } = await readWith(emptied, { [ALICE]: [first, second] })
    expect(failures).toMatchObject([{ error: 'PositionsUnknownError' }])
  })

  it('do not matter to an owner of another address', async () => {
    const { accounts } = await readWith(pool, {
      [ALICE.toUpperCase().replace('0X', '0x') as Address]: [second, first],
      [BOB]: [changed],
    })
    expect(accounts).toHaveLength(1)
  })
})

describe('a pool that is not as Panoptic v2 makes them', () => {
  const pool = poolOf(TWO_POSITIONS, ADDRESS, ALICE)

  it.each([
    ['a ratio above 1', { sellerRatio: 10_000_001n }],
    ['no seller ratio', { sellerRatio: 0n }],
    ['utilisations out of order', { targetUtilization: 9_000_000n }],
    ['a buffer that lowers requirements', { decreaseBuffer: 9_999_999n }],
  ])('is a failure for every owner with %s', async (_what, change) => {
    const odd = { ...pool, engine: { ...pool.engine, ...change } }
    const { result } = await readSynthetic(adapterOf([odd]), [odd], [ALICE, NOBODY])
    expect(result.accounts).toEqual([])
    expect(result.failures).toMatchObject([{ owner: null, error: 'UnsupportedVenueStateError' }])
    expect(result.existence.map(({ state }) => state)).toEqual(['unknown', 'unknown'])
  })

  it('is a failure when its tokens are not in order', async () => {
    const odd = { ...pool, tokens: [USDC, WETH] as const }
    const { result } = await readSynthetic(adapterOf([odd]), [odd], [ALICE])
    expect(result.failures).toMatchObject([{ owner: null, error: 'MalformedCallAnswerError' }])
  })

  it('is unreconciled when it requires something else', async () => {
    const [owner] = pool.owners
    const owners = owner && [
      { ...owner, requirements: owner.requirements.map(() => [1n, 1n] as const) },
    ]
    const odd = { ...pool, owners: owners ?? [] }
    const { result } = await readSynthetic(adapterOf([odd]), [odd], [ALICE])
    expect(result.accounts[0]?.reconciliation.status).toBe('unreconciled')
  })
})

describe('panopticV2', () => {
  const pool = configured(poolOf(TWO_POSITIONS, ADDRESS, ALICE))
  const [id = 0n] = pool.positions[ALICE] ?? []

  it.each<[string, readonly PanopticPool[]]>([
    ['no pool', []],
    ['an address that is none', [{ ...pool, address: '0x12' }]],
    ['a chain that is none', [{ ...pool, chain: 0 }]],
    ['a pool twice', [pool, pool]],
    ['no numeraire', [{ ...pool, numeraire: '' }]],
    ['an owner that is none', [{ ...pool, positions: { '0x12': [id] } }]],
    ['a position twice', [{ ...pool, positions: { [ALICE]: [id, id] } }]],
    ['an id that is none', [{ ...pool, positions: { [ALICE]: [5n] } }]],
    ['an owner twice', [{ ...pool, positions: { [ALICE]: [id], [`0x${'A1'.repeat(20)}`]: [id] } }]],
  ])('refuses %s', (_what, pools) => {
    expect(() => panopticV2({ pools })).toThrow(AdapterError)
  })
})
