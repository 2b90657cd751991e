import {
  type Holdings,
  isSolvent,
  marginAt,
  panopticV2Module,
} from '@plimsoll/adapters/options/panoptic-v2'
import { encode } from '@plimsoll/adapters/options/panoptic-v2/actions'
import type { ReadResult } from '@plimsoll/client'
import type { VenueState } from '@plimsoll/model'
import { InvalidRuleError, MarkError, OperationError, sharedKey } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTokenId, MEASURED_ENGINE } from '../truth-models/panoptic-v2.js'
import { adapterOf, caseOf, OWNERS, poolOf, UNKNOWN, WETH } from './madeUp.js'
import { BLOCK, readSynthetic } from './readSynthetic.js'
import { quietAt, type SyntheticOracle, type SyntheticPool } from './syntheticPool.js'
import { type MeasuredCase, measuredCases } from './truthCases.js'

const [ALICE, , CAROL] = OWNERS
const POOL = `0x${'1f'.repeat(20)}` as const
const ONE = 10_000_000n

/** The measured accounts; a third of them where time is short, since each is read anew. */
const CASES = measuredCases().filter(
  (_case, index) => process.env.PLIMSOLL_DEEP === '1' || index % 3 === 0,
)

function stateOf({ accounts, marks, assets, shared }: ReadResult): VenueState {
  const [account] = accounts
  if (account === undefined) throw new RangeError('The read gave no account.')
  return {
    account,
    marks: new Map(marks.map((mark) => [mark.id, mark])),
    assets: new Map(assets.map((asset) => [asset.id, asset])),
    shared: new Map(Object.entries(shared).map(([key, value]) => [sharedKey(key), value])),
    at: BLOCK.timestamp,
  }
}

async function read(pool: SyntheticPool, owner = ALICE): Promise<VenueState> {
  const { result } = await readSynthetic(adapterOf([pool]), [pool], [owner])
  return stateOf(result)
}

const at = (measured: MeasuredCase, oracle: Partial<SyntheticOracle> = {}): SyntheticPool => {
  const pool = poolOf(measured, POOL, ALICE)
  return { ...pool, oracle: { ...pool.oracle, ...oracle } }
}

describe('evaluate', () => {
  it('liquidates each measured account exactly where the venue calls it insolvent', async () => {
    let judged = 0
    for (const measured of CASES) {
      const state = await read(at(measured))
      const { health, liquidatable, exact } = panopticV2Module.evaluate(state)
      const { token0, token1 } = measured.expect.margin
      expect(
        ['balance0', 'required0', 'balance1', 'required1'].map((name) => exact[name]?.raw),
      ).toEqual([token0.balance, token0.required, token1.balance, token1.required])
      if (measured.buffer === ONE) {
        judged += 1
        expect(liquidatable, measured.id).toBe(!measured.expect.solvent)
      }
      if (health.value !== null) expect(health.value < 1, measured.id).toBe(liquidatable)
      else expect(health.reason).toBe('no-requirement')
    }
    expect(judged).toBeGreaterThan(3)
  })

  it('is liquidatable only when insolvent at all four ticks', async () => {
    const measured = caseOf('panoptic-8a90cf25')
    const { holdings, tick } = measured
    expect(isSolvent(MEASURED_ENGINE, holdings, tick)).toBe(false)
    const safe = [-1, 1]
      .map((way) => tick + way * 60_000)
      .find((far) => isSolvent(MEASURED_ENGINE, holdings, far))
    if (safe === undefined) throw new RangeError('The case is solvent nowhere near.')
    const everywhere: SyntheticOracle = {
      current: tick,
      averages: [tick, tick, tick, tick],
      reference: tick,
      residuals: [0, 0, 0, 0, 0, 0, 0, 0],
      lock: 0,
    }
    const alone: Partial<SyntheticOracle>[] = [
      { current: safe },
      { averages: [safe, tick, tick, tick] },
      { averages: [tick, safe, safe, safe] },
      { reference: safe },
    ]
    expect(panopticV2Module.evaluate(await read(at(measured, everywhere))).liquidatable).toBe(true)
    for (const oracle of alone) {
      const state = await read(at(measured, { ...everywhere, ...oracle }))
      const { health, liquidatable } = panopticV2Module.evaluate(state)
      expect(liquidatable, JSON.stringify(oracle)).toBe(false)
      expect(health.value).toBeGreaterThanOrEqual(1)
    }
  })

  it('requires nothing of collateral alone, whatever the price', async () => {
    const pool = at(caseOf('panoptic-a16635d5'))
    const nothing = [0n, 0n] as const
    const saver: Holdings = {
      positions: [],
      assets: [5n, 7n],
      interest: nothing,
      shortPremia: nothing,
      longPremia: nothing,
    }
    const owners = [...pool.owners, { address: CAROL, holdings: saver, requirements: [] }]
    const state = moved(await read({ ...pool, owners }, CAROL))
    expect(panopticV2Module.evaluate(state)).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
    })
    expect(panopticV2Module.compile(state).tests).toMatchObject([{ kernel: 'threshold', debt: [] }])
  })

  it('is unknown at other prices, and compiles to a pinned test', async () => {
    const state = await read(at(caseOf('panoptic-a16635d5')))
    expect(panopticV2Module.compile(state)).toMatchObject({
      tests: [{ kernel: 'standard', strict: true, pinned: [0, 1] }],
    })
    const elsewhere = moved(state)
    expect(panopticV2Module.evaluate(elsewhere)).toMatchObject({
      health: { value: null, reason: 'unknown' },
      liquidatable: null,
      exact: {},
    })
    expect(() => panopticV2Module.compile(elsewhere)).toThrow(MarkError)
  })

  it('warns when the pool guards itself, and when the owner may not withdraw', async () => {
    const measured = caseOf('panoptic-a16635d5')
    const codes = async (oracle: Partial<SyntheticOracle>): Promise<readonly string[]> =>
      panopticV2Module.evaluate(await read(at(measured, oracle))).flags.map(({ code }) => code)
    expect(await codes({})).not.toContain('safe-mode')
    expect(await codes({ lock: 3 })).toContain('safe-mode')
    const short = caseOf('panoptic-8a90cf25')
    const { flags } = panopticV2Module.evaluate(await read(at(short)))
    expect(flags.map(({ code }) => code)).toEqual(['cannot-withdraw'])
  })

  it('asks for full cover of the owner while the pool guards itself', async () => {
    const changed: string[] = []
    for (const measured of CASES) {
      const { positions } = measured.holdings
      const full = positions.map((position) => ({
        ...position,
        utilizations: [10_000n, 10_000n] as const,
      }))
      const holdings = { ...measured.holdings, positions: full }
      const [free, guarded] = [measured.holdings, holdings].map((judged) =>
        isSolvent(MEASURED_ENGINE, judged, measured.tick, MEASURED_ENGINE.decreaseBuffer),
      )
      const codes = async (lock: number): Promise<readonly string[]> =>
        panopticV2Module
          .evaluate(await read(at(measured, { lock })))
          .flags.map(({ code }) => code)
          .filter((code) => code === 'cannot-withdraw')
      expect(await codes(0), measured.id).toEqual(free ? [] : ['cannot-withdraw'])
      expect(await codes(1), measured.id).toEqual(guarded ? [] : ['cannot-withdraw'])
      if (free !== guarded) changed.push(measured.id)
    }
    expect(changed).not.toEqual([])
  })

  it('stays below 1 when short by less than a double can tell', async () => {
    const state = await read(at(caseOf('panoptic-a16635d5')))
    const [collateral] = state.account.legs
    if (collateral?.kind !== 'collateral') throw new RangeError('The account has no collateral.')
    const owed = 10n ** 30n
    const withAssets = (raw: bigint): VenueState => ({
      ...state,
      account: {
        ...state.account,
        rule: {
          ...state.account.rule,
          parameters: { pool: state.account.rule.shared[0] ?? '', positions: [] },
        },
        legs: [
          { ...collateral, amount: { raw, decimals: 18 } },
          { ...collateral, kind: 'debt', id: 'longPremia0', amount: { raw: owed, decimals: 18 } },
        ],
      },
    })
    const short = panopticV2Module.evaluate(withAssets(owed - 1n))
    expect(short).toMatchObject({ health: { value: 1 - 2 ** -53 }, liquidatable: true })
    const exact = panopticV2Module.evaluate(withAssets(owed))
    expect(exact).toMatchObject({ health: { value: 1 }, liquidatable: false })
  })

  it('offers a bonus only where it liquidates', async () => {
    for (const measured of [caseOf('panoptic-8a90cf25'), caseOf('panoptic-a16635d5')]) {
      const { exact, liquidatable } = panopticV2Module.evaluate(await read(at(measured)))
      expect('bonus0' in exact).toBe(liquidatable)
    }
  })

  it('refuses an account in another form', async () => {
    const state = await read(at(caseOf('panoptic-a16635d5')))
    const without = { ...state, shared: new Map() }
    expect(() => panopticV2Module.evaluate(without)).toThrow(InvalidRuleError)
    const { rule } = state.account
    const account = { ...state.account, rule: { ...rule, parameters: null } }
    expect(() => panopticV2Module.evaluate({ ...state, account })).toThrow(InvalidRuleError)
    const unpriced = { ...state, marks: new Map() }
    expect(() => panopticV2Module.evaluate(unpriced)).toThrow(MarkError)
  })
})

/** The first mark one unit of its last decimal higher. */
function moved(state: VenueState): VenueState {
  const [[id, mark] = []] = state.marks
  if (id === undefined || mark === undefined) throw new RangeError('The state has no mark.')
  const mid = { ...mark.mid, raw: mark.mid.raw + 1n }
  return { ...state, marks: new Map([...state.marks, [id, { ...mark, mid }]]) }
}

describe('equity', () => {
  const SIZE = 10n ** 18n
  const LEG = { asset: 0, optionRatio: 1, riskPartner: 0, strike: 0, width: 2 }

  /** Equity in token1 of one leg alone, at a price of e ÷ 1 or its inverse in token0. */
  async function equityOf(leg: object, tick: number): Promise<number> {
    const pool = at(caseOf('panoptic-a16635d5'))
    const tokenId = encodeTokenId(10, [{ ...LEG, isLong: 0, tokenType: 0, ...leg }])
    const nothing = [0n, 0n] as const
    const holdings: Holdings = {
      positions: [{ tokenId, size: SIZE, utilizations: [0n, 0n] }],
      assets: nothing,
      interest: nothing,
      shortPremia: nothing,
      longPremia: nothing,
    }
    const made = {
      ...pool,
      poolId: BigInt.asUintN(64, tokenId),
      tokens: [WETH, UNKNOWN] as const,
      oracle: quietAt(tick),
      owners: [{ address: ALICE, holdings, requirements: [] }],
    }
    return panopticV2Module.evaluate(await read(made)).equity
  }

  it.each<[string, object, number, number]>([
    ['a short put', { tokenType: 1 }, -10_000, 1 / Math.E - 1],
    ['a short put', { tokenType: 1 }, 10_000, 0],
    ['a short call', { tokenType: 0 }, 10_000, 1 - Math.E],
    ['a short call', { tokenType: 0 }, -10_000, 0],
    ['a long put', { tokenType: 1, isLong: 1 }, -10_000, 1 - 1 / Math.E],
    ['a long call', { tokenType: 0, isLong: 1 }, 10_000, Math.E - 1],
    ['a loan of token0', { width: 0 }, 10_000, -Math.E],
    ['a credit of token1', { width: 0, isLong: 1, tokenType: 1 }, 10_000, 1],
  ])('of %s %o at tick %i is what closing it brings', async (_what, leg, tick, worth) => {
    expect(await equityOf(leg, tick)).toBeCloseTo(worth, 2)
  })
})

describe('solvency', () => {
  it('never worsens when collateral is added', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...measuredCases()),
        fc.constantFrom(0, 1),
        fc.bigInt(0n, 1n << 80n),
        ({ holdings, tick, buffer }, token, more) => {
          const assets = holdings.assets.map((held, side) => (side === token ? held + more : held))
          const richer = { ...holdings, assets: [assets[0] ?? 0n, assets[1] ?? 0n] as const }
          const before = isSolvent(MEASURED_ENGINE, holdings, tick, buffer)
          expect(isSolvent(MEASURED_ENGINE, richer, tick, buffer) || !before).toBe(true)
        },
      ),
    )
  })

  it('never depends on the order of positions', () => {
    for (const { holdings, tick } of measuredCases()) {
      const turned = { ...holdings, positions: holdings.positions.toReversed() }
      expect(marginAt(MEASURED_ENGINE, turned, tick)).toEqual(
        marginAt(MEASURED_ENGINE, holdings, tick),
      )
    }
  })
})

describe('what is not modelled', () => {
  it('is refused with a reason', async () => {
    const state = await read(at(caseOf('panoptic-a16635d5')))
    const [{ asset } = { asset: null }] = state.account.legs
    if (asset === null) throw new RangeError('The account has no legs.')
    const operation = { kind: 'supply', account: state.account.id, asset, amount: 1n } as const
    expect(() => panopticV2Module.apply(state, operation)).toThrow(OperationError)
    expect(() => encode(operation)).toThrow(OperationError)
    expect(panopticV2Module.liquidate).toBeNull()
  })
})
