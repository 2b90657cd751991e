import type { MarginState } from '@plimsoll/adapters/lending/morpho-blue/exact'
import { OperationError } from '@plimsoll/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leftBy } from '../../truth-models/morpho-blue.js'
import { seededRandom } from '../aave-v3/random-state.js'
import { type LocalMarket, startLocalMarket } from './local-market.js'
import { randomOperation } from './random-operation.js'
import { randomState } from './random-state.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 1_000 : 100
const SEED = 20_261_131

describe('operations of Morpho Blue 1.0.0', () => {
  let local: LocalMarket
  beforeAll(async () => {
    local = await startLocalMarket()
  })
  afterAll(() => local?.anvil.stop())

  it(`leave what the executed transactions leave, ${CASES} random ones`, async () => {
    const random = seededRandom(SEED)
    const seen: Record<string, number> = {}
    let executions = 0
    for (let index = 0; executions < CASES; index += 1) {
      const state = randomState(random, local.now)
      const { name, assets, shares, args, apply } = randomOperation(random, state)
      const executed = await local.execute(state, local.user, name, [
        local.paramsOf(state),
        ...args(local.user),
      ])
      const ours = attempt(apply)
      const label = `state ${index}: ${name} ${assets} ${shares}`
      expect(executed.error === '', `${label} ${executed.error}`).toBe(ours !== null)
      const key = `${name} ${ours === null ? 'refused' : 'executed'}`
      seen[key] = (seen[key] ?? 0) + 1
      if (ours === null) continue
      executions += 1
      expect(executed.left, label).toEqual(leftBy(ours))
    }
    console.info(JSON.stringify(seen))
  })
})

function attempt(apply: () => MarginState): MarginState | null {
  try {
    return apply()
  } catch (error) {
    if (error instanceof OperationError) return null
    throw error
  }
}
