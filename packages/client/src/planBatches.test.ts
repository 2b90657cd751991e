import fc from 'fast-check'
import type { Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import type { BatchLimits, PlannedCall } from './planBatches.js'
import { planBatches } from './planBatches.js'

const to: Hex = '0x1111111111111111111111111111111111111111'
const call = fc.record(
  {
    to: fc.constant<Hex>(to),
    data: fc.nat(400).map((size): Hex => `0x${'ab'.repeat(size)}`),
    gas: fc.integer({ min: 1, max: 400 }),
    answerBytes: fc.integer({ min: 1, max: 400 }),
  },
  { noNullPrototype: true },
)
const limits = fc.record({
  calls: fc.integer({ min: 1, max: 9 }),
  gas: fc.integer({ min: 1, max: 1000 }),
  calldataBytes: fc.integer({ min: 1, max: 2000 }),
  answerBytes: fc.integer({ min: 1, max: 1000 }),
})

const usedBy = (batch: readonly PlannedCall[]): BatchLimits => ({
  calls: batch.length,
  gas: batch.reduce((sum, { gas = 0 }) => sum + gas, 0),
  calldataBytes: batch.reduce((sum, { data }) => sum + data.length / 2 + 192, 0),
  answerBytes: batch.reduce((sum, { answerBytes = 0 }) => sum + answerBytes, 0),
})

const fits = (used: BatchLimits, limit: BatchLimits) =>
  used.calls <= limit.calls &&
  used.gas <= limit.gas &&
  used.calldataBytes <= limit.calldataBytes &&
  used.answerBytes <= limit.answerBytes

describe('planBatches', () => {
  it('keeps order, loses nothing, exceeds no limit and splits only where it must', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), limits, (calls, limit) => {
        const batches = planBatches(calls, limit)
        expect(batches.flat()).toEqual(calls)
        batches.forEach((batch, index) => {
          if (batch.length > 1) expect(fits(usedBy(batch), limit)).toBe(true)
          const [next] = batches[index + 1] ?? []
          if (next !== undefined) expect(fits(usedBy([...batch, next]), limit)).toBe(false)
        })
      }),
    )
  })

  it('puts five hundred ordinary calls into one', () => {
    const calls = Array.from({ length: 500 }, () => ({ to, data: `0x${'ab'.repeat(36)}` as const }))
    const ordinary = { calls: 1e9, gas: 45_000_000, calldataBytes: 131_072, answerBytes: 1_000_000 }
    expect(planBatches(calls, ordinary)).toHaveLength(1)
  })
})
