import { describe, expect, inject, it } from 'vitest'
import { pricingBits } from './pricingBits.js'
import { replayedReport } from './replayedReport.js'
import { scoredReport } from './scoredReport.js'

describe('Plimsoll in a browser', () => {
  const fromNode = inject('fromNode')

  it('runs in a page, not in Node', () => {
    expect(Object.hasOwn(globalThis, 'window')).toBe(true)
    expect(Object.hasOwn(globalThis, 'process') && 'versions' in process).toBe(false)
  })

  it('computes prices and probabilities with the same bits as in Node', () => {
    expect(pricingBits()).toBe(fromNode.pricingBits)
  })

  it('scores a portfolio into the same report as in Node, byte for byte', () => {
    // Not toBe: what differs would be printed whole.
    expect(scoredReport() === fromNode.scoredReport).toBe(true)
  })

  it('reads a recording into the same portfolio and report, byte for byte', async () => {
    const replayed = await replayedReport(fromNode.recording)
    expect(replayed.portfolio).toContain('"owners"')
    expect(replayed).toEqual(fromNode.replayed)
  })
})
