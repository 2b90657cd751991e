import { describe, expect, inject, it } from 'vitest'
import { pricingBits } from './pricingBits.js'

describe('the risk engine in a browser', () => {
  it('runs in a page, not in Node', () => {
    expect(Object.hasOwn(globalThis, 'window')).toBe(true)
  })

  it('computes the same bits as in Node', () => {
    expect(pricingBits()).toBe(inject('pricingBitsOfNode'))
  })
})
