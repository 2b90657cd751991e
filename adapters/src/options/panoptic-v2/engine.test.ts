import { describe, expect, it } from 'vitest'
import { crossBufferAt, type EngineParameters, sellerRatioAt } from './engine.js'

const ENGINE: EngineParameters = {
  sellerRatio: 2_000_000n,
  buyerRatio: 1_000_000n,
  loanMargin: 1_000_000n,
  targetUtilization: 6_666_667n,
  saturatedUtilization: 9_000_000n,
  crossBuffers: [5_000_000n, 5_000_000n],
  maxBonus: 2_000_000n,
  decreaseBuffer: 10_666_667n,
  maxTicksDelta: 724n,
}

describe('sellerRatioAt', () => {
  it.each([
    [0n, 2_000_000n],
    [6_666n, 2_000_000n],
    // floor(8,000,000 · 333 ÷ 2,333,333) above the base
    [6_667n, 2_001_141n],
    [7_834n, 6_002_285n],
    [9_000n, 10_000_000n],
    [9_001n, 10_000_000n],
    [10_000n, 10_000_000n],
  ])('at %i is %i', (utilization, ratio) => {
    expect(sellerRatioAt(ENGINE, ENGINE.sellerRatio, utilization)).toBe(ratio)
  })
})

describe('crossBufferAt', () => {
  it.each([
    [5_000_000n, 0n, 5_000_000n],
    [5_000_000n, 9_000n, 5_000_000n],
    [5_000_000n, 9_001n, 4_990_000n],
    [5_000_000n, 9_250n, 2_500_000n],
    [3n, 9_250n, 1n],
    [5_000_000n, 9_499n, 10_000n],
    [5_000_000n, 9_500n, 0n],
    [5_000_000n, 9_501n, 0n],
    [5_000_000n, 10_000n, 0n],
  ])('of %i at %i is %i', (buffer, utilization, ratio) => {
    expect(crossBufferAt(ENGINE, buffer, utilization)).toBe(ratio)
  })
})
