import type { FactorHistory, FactorId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { BTC, ETH } from '../../../../test/risk/toyWorld.js'
import { filteredSubset } from './historical.js'
import { filteredScenarios, historicalScenarios, ScenarioSetError } from './index.js'

const DAY = 86_400_000
const LAST = Date.UTC(2026, 10, 30)

const historyOf = (
  factor: FactorId,
  prices: readonly number[],
  changes: Partial<FactorHistory> & { readonly source?: string } = {},
): FactorHistory => {
  const { source = 'test', ...rest } = changes
  return {
    factor,
    intervalMs: DAY,
    toMs: LAST,
    prices,
    provenance: { source, asOfMs: LAST, observed: null },
    ...rest,
  }
}
const eth = historyOf(ETH, [100, 110, 99, 101, 120, 90, 95])
const btc = historyOf(BTC, [50, 51, 49, 40, 44, 43, 45])

describe('historicalScenarios', () => {
  it('say of what, until when and over how long they are', () => {
    const set = historicalScenarios([
      historyOf(ETH, [1, 2, 3], { source: 'a' }),
      historyOf(BTC, [1, 2, 3], { source: 'b' }),
    ])
    expect(set.label).toBe('Historical, 2 scenarios to 2026-11-30')
    expect(set.source).toBe('b; a')
    expect(set.horizonDays).toBe(1)
    expect(set.names).toEqual(['2026-11-29T00:00:00.000Z', '2026-11-30T00:00:00.000Z'])
    expect(historicalScenarios([eth, btc]).source).toBe('test')
    const hourly = historicalScenarios([historyOf(ETH, [1, 2, 3], { intervalMs: DAY / 24 })])
    expect(hourly.horizonDays).toBeCloseTo(1 / 24, 15)
    expect(hourly.names?.[0]).toBe('2026-11-29T23:00:00.000Z')
  })

  it('refuse a factor that comes twice, wherever it stands', () => {
    for (const given of [
      [eth, btc, eth],
      [btc, btc, eth],
    ]) {
      expect(() => historicalScenarios(given)).toThrow(/two histories of spot/)
    }
  })

  it('refuse a move beyond what a number holds', () => {
    expect(() => historicalScenarios([historyOf(ETH, [5e-324, 1e308])])).toThrow(ScenarioSetError)
  })
})

describe('filteredSubset', () => {
  const set = historicalScenarios([eth, btc])

  it('is the filtered simulation of the closes that were seen, no other', () => {
    const seen = (history: FactorHistory) => ({
      ...history,
      prices: history.prices.slice(1, 5),
      toMs: LAST - 2 * DAY,
    })
    const then = filteredScenarios([seen(eth), seen(btc)])
    const subset = filteredSubset(set, 1, 4)
    expect(subset.kind).toBe('filtered')
    expect(subset.count).toBe(3)
    expect(subset.names).toEqual(then.names)
    expect(subset.weights).toEqual(then.weights)
    expect(subset.factors).toEqual([BTC, ETH])
    expect(subset.moves).toHaveLength(6)
    for (const [index, move] of then.moves.entries()) {
      expect(subset.moves[index]).toBeCloseTo(move, 12)
    }
  })

  it('has no names where the set has none', () => {
    expect(filteredSubset({ ...set, names: null }, 0, 3).names).toBeNull()
  })
})
