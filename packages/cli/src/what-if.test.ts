import { describe, expect, it } from 'vitest'
import { scaled } from './what-if.js'

describe('scaled', () => {
  it('takes the same share of every shock', () => {
    const scenario = { factors: { 'spot:ETH': -0.2 }, marks: { 'bank/a': 0.1 } }
    expect(scaled(scenario, 0.5)).toEqual({
      factors: { 'spot:ETH': -0.1 },
      assets: {},
      marks: { 'bank/a': 0.05 },
    })
    expect(scaled(scenario, 0)).toEqual({
      factors: { 'spot:ETH': -0 },
      assets: {},
      marks: { 'bank/a': 0 },
    })
  })
})
