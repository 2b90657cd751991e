import { userAccountData } from '@plimsoll/adapters/lending/aave-v3/exact'
import { maxUint256 } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalPool, startLocalPool } from './local-pool.js'
import { randomState, seededRandom } from './random-state.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 1_000 : 100
const SEED = 20_261_122

describe.each([1, 10] as const)('userAccountData, pool revision %i', (revision) => {
  let local: LocalPool
  beforeAll(async () => {
    local = await startLocalPool(revision)
  })
  afterAll(() => local?.anvil.stop())

  it(`equals getUserAccountData on ${CASES} random states from seed ${SEED}`, async () => {
    const random = seededRandom(SEED + revision)
    for (let index = 0; index < CASES; index += 1) {
      const state = randomState(random, { revision, assets: local.symbols, now: local.now })
      const [answer] = await local.simulate(state, [
        local.poolCall(local.user, 'getUserAccountData', [local.user]),
      ])
      const account = userAccountData(state)
      const ours = [
        account.totalCollateralBase,
        account.totalDebtBase,
        account.availableBorrowsBase,
        account.currentLiquidationThreshold,
        account.ltv,
        account.healthFactor ?? maxUint256,
      ]
      expect(answer?.error, `case ${index}`).toBe('')
      expect(ours, `case ${index}`).toEqual(
        local.decode('getUserAccountData', answer?.data ?? '0x'),
      )
    }
  })
})
