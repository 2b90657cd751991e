import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatTruthReport, parseTruthFile, runTruth } from '@plimsoll/testkit'
import { describe, expect, it } from 'vitest'
import { models } from '../truth-models/index.js'

const root = new URL('../../', import.meta.url).pathname

describe('the recorded truth', () => {
  for (const path of globSync('test/truth/*.json', { cwd: root }).sort()) {
    it(`of ${path} is reproduced in every case`, async () => {
      const file = parseTruthFile(readFileSync(join(root, path), 'utf8'), path)
      const report = await runTruth([{ name: path, file }], models)
      const wrong = formatTruthReport(report, { quiet: true }).filter(
        (line) => !line.startsWith('ok'),
      )
      expect(report.ok, [...wrong.slice(0, 20), wrong.at(-1)].join('\n')).toBe(true)
      expect(report.passed).toBeGreaterThanOrEqual(file.cases.length)
    })
  }

  it('has a case for each model', async () => {
    const files = globSync('test/truth/*.json', { cwd: root }).map((path) => ({
      name: path,
      file: parseTruthFile(readFileSync(join(root, path), 'utf8'), path),
    }))
    const { results } = await runTruth(files, models)
    const used = new Set(results.map(({ model }) => model))
    expect(models.filter(({ name }) => !used.has(name))).toEqual([])
  })
})
