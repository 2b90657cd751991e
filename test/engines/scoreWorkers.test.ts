import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { AssessRiskOptions } from '@plimsoll/risk/score'
import { assessRisk, mergePathHits, scorePaths } from '@plimsoll/risk/score'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workspace } from '../../scripts/bundle/measure.js'
import { SCORED_OPTIONS, SCORED_PORTFOLIO, scoredReport } from '../browser/scoredReport.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-workers-'))
const script = join(folder, 'scoreInWorkers.mjs')
const run = promisify(execFile)

/** Every Node at hand: this one, those on PATH, and the one that the workspace locks. */
const FOLDERS = [
  ...(process.env.PATH ?? '').split(delimiter),
  join(ROOT, `node_modules/node-${process.platform}-${process.arch}/bin`),
]
const FOUND = FOLDERS.map((at) => join(at, 'node')).filter((path) => existsSync(path))
// What package managers put on PATH may be a script that starts one of the others.
const ENGINES = [...new Set([process.execPath, ...FOUND].map((path) => realpathSync(path)))]

beforeAll(async () => {
  await build({
    entryPoints: [join(ROOT, 'test/engines/scoreInWorkers.ts')],
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    plugins: [workspace(ROOT, [])],
  })
})

afterAll(() => rmSync(folder, { recursive: true }))

describe.each(ENGINES)('the score on %s', (engine) => {
  it('has the same bytes however many workers simulate its paths', async () => {
    const expected = scoredReport()
    expect(expected).toContain('"method":"plain"')
    const { stdout: version } = await run(engine, ['--version'])
    process.stdout.write(`The score in workers of Node ${version}`)
    for (const workers of [1, 3]) {
      const { stdout } = await run(engine, [script, String(workers)], { maxBuffer: 2 ** 26 })
      expect(stdout === expected, `${workers} workers`).toBe(true)
    }
  })
})

it('refuses paths of another seed, portfolio or market, and takes fewer for as many as they are', () => {
  const parts = [0, 1].map((part) => scorePaths(SCORED_PORTFOLIO, SCORED_OPTIONS, part, 2))
  const given = (changes: Partial<AssessRiskOptions>, portfolio = SCORED_PORTFOLIO) =>
    assessRisk(portfolio, { ...SCORED_OPTIONS, ...changes, simulate: () => mergePathHits(parts) })
      .risk
  expect(given({})?.health.simulation.paths).toBe(1_500)
  expect(() => given({ seed: 8 })).toThrow(/another portfolio/)
  expect(() => given({ horizonDays: 2 })).toThrow(/another portfolio/)
  const [first, ...accounts] = SCORED_PORTFOLIO.accounts
  expect(first).toBeDefined()
  expect(() => given({}, { ...SCORED_PORTFOLIO, accounts })).toThrow(/another portfolio/)
  const half = parts.slice(0, 1)
  const { risk } = assessRisk(SCORED_PORTFOLIO, {
    ...SCORED_OPTIONS,
    simulate: () => mergePathHits(half),
  })
  expect(risk?.health.simulation.paths).toBe(750)
})

it('refuses a part that is none of them', () => {
  const part = (index: number, parts: number) =>
    scorePaths(SCORED_PORTFOLIO, SCORED_OPTIONS, index, parts)
  expect(() => part(2, 2)).toThrow(/no part 2 of 2/)
  expect(() => part(0.5, 2)).toThrow(/whole numbers/)
  expect(() => part(0, 101)).toThrow(/at most 100/)
  const { market: _, ...without } = SCORED_OPTIONS
  expect(() => scorePaths(SCORED_PORTFOLIO, without, 0, 1)).toThrow(/market state/)
})
