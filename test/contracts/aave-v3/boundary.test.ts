import {
  boundaryPrice,
  findLiquidation,
  type LiquidationCall,
  type MarginState,
  userAccountData,
  withPrice,
} from '@plimsoll/adapters/lending/aave-v3/exact'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalPool, type SimulatedResult, startLocalPool } from './local-pool.js'
import { liquidationTransaction } from './random-liquidation.js'
import { randomState, seededRandom } from './random-state.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 1_000 : 100
const SEED = 20_261_123
const HEALTHY: { readonly [revision: number]: string } = {
  1: '45',
  10: 'HealthFactorNotBelowThreshold',
}

describe.each([1, 10] as const)('boundaryPrice, pool revision %i', (revision) => {
  let local: LocalPool
  beforeAll(async () => {
    local = await startLocalPool(revision)
  })
  afterAll(() => local?.anvil.stop())

  const liquidate = async (state: MarginState, call: LiquidationCall): Promise<SimulatedResult> => {
    const [result] = await local.simulate(state, [liquidationTransaction(local, call)])
    if (result === undefined) throw new RangeError('the node answered no call')
    return result
  }

  it(`is the last price at which a real liquidation call succeeds, on ${CASES} random states from seed ${SEED}`, async () => {
    const random = seededRandom(SEED + revision)
    const seen = { falling: 0, rising: 0, none: 0 }
    while (seen.falling + seen.rising < CASES) {
      const state = randomState(random, { revision, assets: local.symbols, now: local.now })
      const priceId = random.pick(['AAA', 'BBB', 'CCC', 'DDD', 'EEE'])
      const boundary = boundaryPrice(state, priceId)
      if (boundary === null) {
        seen.none += 1
        continue
      }
      seen[boundary.side] += 1
      const label = `state ${seen.falling + seen.rising + seen.none}, ${priceId} ${boundary.side} to ${boundary.price}`
      const at = withPrice(state, priceId, boundary.price)
      const call = findLiquidation(at)
      if (call === null) throw new RangeError(`${label}: no liquidation at the boundary`)
      expect(await liquidate(at, call), label).toMatchObject({ ok: true })
      const safe = boundary.price + (boundary.side === 'falling' ? 1n : -1n)
      if (safe > 0n) {
        const beyond = await liquidate(withPrice(state, priceId, safe), call)
        // Half of a debt of a few units may be nothing, so that an unhealthy account is safe too.
        const { healthFactor } = userAccountData(withPrice(state, priceId, safe))
        const isHealthy = healthFactor === null || healthFactor >= 10n ** 18n
        expect(beyond, label).toMatchObject({
          ok: false,
          ...(isHealthy ? { error: HEALTHY[revision] } : {}),
        })
      }
    }
    console.info(`revision ${revision}: ${JSON.stringify(seen)}`)
  })

  it(`finds a liquidation exactly when a real call succeeds, on ${CASES} random states`, async () => {
    const random = seededRandom(SEED + 1_000 + revision)
    const seen = { liquidatable: 0, safe: 0 }
    for (let index = 0; index < CASES; index += 1) {
      const state = randomState(random, { revision, assets: local.symbols, now: local.now })
      const found = findLiquidation(state)
      if (found !== null) {
        seen.liquidatable += 1
        expect(await liquidate(state, found), `state ${index}`).toMatchObject({ ok: true })
        continue
      }
      seen.safe += 1
      for (const collateral of state.positions) {
        for (const debt of state.positions) {
          if (!collateral.usedAsCollateral || !debt.borrowing) continue
          for (const debtToCover of ['max', 1n, 2n, 3n, 1_000_000n] as const) {
            const call = {
              collateralAsset: collateral.asset,
              debtAsset: debt.asset,
              debtToCover,
              receiveAToken: true,
            }
            expect(await liquidate(state, call), `state ${index}`).toMatchObject({ ok: false })
          }
        }
      }
    }
    console.info(`revision ${revision}: ${JSON.stringify(seen)}`)
  })
})
