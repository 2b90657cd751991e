import {
  boundaryPrice,
  findLiquidation,
  liquidationCall,
  type MarginState,
  positionValue,
} from '@plimsoll/adapters/lending/morpho-blue/exact'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leftBy } from '../../truth-models/morpho-blue.js'
import { seededRandom } from '../aave-v3/random-state.js'
import { type Executed, type LocalMarket, startLocalMarket } from './local-market.js'
import { randomLiquidation } from './random-operation.js'
import { randomState } from './random-state.js'
import { accruedState } from './storage.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 1_000 : 100
const SEED = 20_261_130

describe('Morpho Blue 1.0.0', () => {
  let local: LocalMarket
  beforeAll(async () => {
    local = await startLocalMarket()
  })
  afterAll(() => local?.anvil.stop())

  const liquidate = (
    state: MarginState,
    { seizedAssets, repaidShares }: { seizedAssets: bigint; repaidShares: bigint },
  ): Promise<Executed> =>
    local.execute(state, local.liquidator, 'liquidate', [
      local.paramsOf(state),
      local.user,
      seizedAssets,
      repaidShares,
      '0x',
    ])

  it(`accrues interest and fee shares to the unit, on ${CASES} random states`, async () => {
    const random = seededRandom(SEED)
    for (let index = 0; index < CASES; index += 1) {
      const state = randomState(random, local.now)
      const { error, left } = await local.execute(state, local.user, 'accrueInterest', [
        local.paramsOf(state),
      ])
      expect(error, `state ${index}`).toBe('')
      expect(left, `state ${index}`).toEqual(leftBy(accruedState(state)))
    }
  })

  it(`has its boundary where a real liquidation call starts to succeed, on ${CASES} random states`, async () => {
    const random = seededRandom(SEED + 1)
    const seen = { boundaries: 0, none: 0 }
    while (seen.boundaries < CASES) {
      const state = randomState(random, local.now)
      const price = boundaryPrice(state)
      if (price === null || price === 0n) {
        seen.none += 1
        continue
      }
      seen.boundaries += 1
      const at = { ...state, price }
      const call = findLiquidation(at)
      if (call === null) throw new RangeError(`no liquidation at ${price}`)
      const label = `boundary ${seen.boundaries} at ${price}`
      expect(await liquidate(at, call), label).toMatchObject({ error: '' })
      const beyond = { ...state, price: price + 1n }
      const overflows = beyond.price * state.collateral > 2n ** 256n - 1n
      expect(await liquidate(beyond, call), label).toMatchObject(
        overflows ? {} : { error: 'position is healthy' },
      )
      expect(findLiquidation(beyond), label).toBe(null)
    }
    console.info(JSON.stringify(seen))
  })

  it(`finds a liquidation exactly when a real call succeeds, on ${CASES} random states`, async () => {
    const random = seededRandom(SEED + 2)
    const seen = { liquidatable: 0, safe: 0 }
    for (let index = 0; index < CASES; index += 1) {
      const state = randomState(random, local.now)
      const found = findLiquidation(state)
      if (found !== null) {
        seen.liquidatable += 1
        expect(await liquidate(state, found), `state ${index}`).toMatchObject({ error: '' })
        continue
      }
      seen.safe += 1
      expect(positionValue(state).isHealthy || state.collateral * state.price === 0n).toBe(true)
      for (const amount of [1n, state.borrowShares, state.collateral, state.borrowShares / 2n]) {
        for (const call of [
          { seizedAssets: amount, repaidShares: 0n },
          { seizedAssets: 0n, repaidShares: amount },
        ]) {
          expect(await liquidate(state, call), `state ${index}`).not.toMatchObject({ error: '' })
        }
      }
    }
    console.info(JSON.stringify(seen))
  })

  it(`repays, seizes and writes off what a real liquidation does, on ${CASES} random states`, async () => {
    const random = seededRandom(SEED + 3)
    const seen = { executed: 0, refused: 0, badDebt: 0 }
    for (let index = 0; seen.executed < CASES; index += 1) {
      const state = randomState(random, local.now)
      const call = randomLiquidation(random, state)
      const ours = liquidationCall(state, call)
      const theirs = await liquidate(state, call)
      const label = `state ${index}: ${JSON.stringify(ours, (_key, value) => String(value))}`
      expect(theirs.error === '', `${label} ${theirs.error}`).toBe(ours.ok)
      if (!ours.ok) {
        seen.refused += 1
        continue
      }
      seen.executed += 1
      if (ours.badDebtAssets > 0n) seen.badDebt += 1
      expect(theirs.returned, label).toEqual([ours.seizedAssets, ours.repaidAssets])
      expect(theirs.left, label).toEqual(leftBy(ours.after))
    }
    console.info(JSON.stringify(seen))
  })
})
