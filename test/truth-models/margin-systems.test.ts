import { readFileSync } from 'node:fs'
import type { TruthModel } from '@plimsoll/testkit'
import { parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { bybitModel } from './bybit.js'
import { lyraV1Model } from './lyra-v1.js'
import { okxModel } from './okx.js'
import { opynGammaModel } from './opyn-gamma.js'

const FILES: readonly (readonly [string, number, TruthModel])[] = [
  ['lyra-v1.json', 10, lyraV1Model],
  ['opyn-gamma.json', 3, opynGammaModel],
  ['okx-pm.json', 1, okxModel],
  ['bybit-pm.json', 1, bybitModel],
]

describe('the margin systems without a reader', () => {
  it.each(FILES)('reproduce %s: %s cases', async (name, cases, model) => {
    const text = readFileSync(new URL(`../truth/${name}`, import.meta.url), 'utf8')
    const report = await runTruth([{ name, file: parseTruthFile(text, name) }], [model])
    expect(report).toMatchObject({ passed: cases, missed: 0, uncovered: 0 })
  })
})
