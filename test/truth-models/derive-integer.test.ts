import { readFileSync } from 'node:fs'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { models } from './derive-integer.js'

async function residuals(name: string): Promise<{
  readonly passed: number
  readonly total: number
  readonly off: readonly string[]
}> {
  const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
  const { passed, results } = await runTruth([{ name, file: parseTruthFile(text, name) }], models)
  const off = results.flatMap(({ id, leaves, reason }) => [
    ...(reason === null ? [] : [`${id}: ${reason}`]),
    ...leaves
      .filter(
        ({ ok, limit, residual }) => !ok || (limit === 'exact' && ![null, '0'].includes(residual)),
      )
      .map(({ path, residual }) => `${id} ${path}: ${residual}`),
  ])
  return { passed, total: results.length, off }
}

describe('the integer arithmetic of Derive', () => {
  it.each([
    ['derive-black76-wei.json', 14],
    ['derive-pmrm2-wei.json', 15],
    ['derive-integer-random.json', 74],
  ])('is met to the unit in %s', async (name, count) => {
    expect(await residuals(name)).toEqual({ passed: count, total: count, off: [] })
  })
})

describe('the auction of Derive', () => {
  it('is met within 1e-12 in the published cases', async () => {
    const found = await residuals('derive-auction.json')
    expect(found).toMatchObject({ passed: 7, total: 7 })
  })
})
