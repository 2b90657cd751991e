import { liquidationCall } from '@plimsoll/adapters/lending/aave-v3/exact'
import { OperationError } from '@plimsoll/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { execute, leftBy } from './execute.js'
import { type LocalPool, startLocalPool } from './local-pool.js'
import { liquidationTransaction, randomLiquidation } from './random-liquidation.js'
import { randomOperation } from './random-operation.js'
import { seededRandom } from './random-state.js'

const CASES = process.env.PLIMSOLL_DEEP === '1' ? 1_000 : 100
const SEED = 20_261_124

describe.each([1, 10] as const)('what a transaction leaves, pool revision %i', (revision) => {
  let local: LocalPool
  beforeAll(async () => {
    local = await startLocalPool(revision)
  })
  afterAll(() => local?.anvil.stop())

  it(`is what an operation says, on ${CASES} random operations from seed ${SEED}`, async () => {
    const random = seededRandom(SEED + revision)
    const seen: { [outcome: string]: number } = {}
    for (let index = 0; index < CASES; index += 1) {
      const { name, state, category, call, apply } = randomOperation(random, local)
      const { error, left, eMode } = await execute(local, state, call, category)
      const label = `case ${index}: ${name} ${error}`
      const outcome = `${name} ${error === '' ? 'succeeds' : 'reverts'}`
      seen[outcome] = (seen[outcome] ?? 0) + 1
      if (error !== '') {
        expect(apply, label).toThrow(OperationError)
        continue
      }
      const after = apply()
      expect(leftBy(after), label).toEqual(left)
      expect(after.eMode?.id ?? 0, label).toBe(eMode)
    }
    console.info(`revision ${revision}: ${JSON.stringify(seen)}`)
  })

  it(`is what liquidationCall says, on ${CASES} random liquidations from seed ${SEED}`, async () => {
    const random = seededRandom(SEED + 1_000 + revision)
    const seen = { executed: 0, refused: 0, withDeficit: 0 }
    while (seen.executed < CASES) {
      const { state, call } = randomLiquidation(random, local)
      const outcome = liquidationCall(state, call)
      if (!outcome.ok && outcome.reason === 'health is not below 1') continue
      const real = await execute(local, state, liquidationTransaction(local, call))
      const label = `${JSON.stringify(call, (_, value) => String(value))}: ${outcome.ok ? 'executes' : outcome.reason}; ${real.error}`
      expect(outcome.ok, label).toBe(real.error === '')
      if (!outcome.ok) {
        seen.refused += 1
        continue
      }
      seen.executed += 1
      const { repaid, seized, protocolFee, deficit, after } = outcome
      expect(leftBy(after), label).toEqual(real.left)
      expect({ repaid, received: seized - protocolFee }, label).toEqual(real.liquidation)
      expect(
        local.symbols.map((symbol) => deficit[symbol] ?? 0n),
        label,
      ).toEqual(real.deficits)
      if (real.deficits.some((lost) => lost > 0n)) seen.withDeficit += 1
    }
    console.info(`revision ${revision}: ${JSON.stringify(seen)}`)
  })
})
