import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

const TESTS = `import { describe, expect, it } from 'vitest'
describe('group', () => {
  it('passes', () => expect(1).toBe(1))
  it('fails', () => expect(1).toBe(2))
  it.skip('is skipped', () => {})
  it('skips itself', ({ skip }) => skip('no recording here'))
})
`
const CONFIG = `import { ReportTotals } from ${JSON.stringify(join(root, 'scripts/report-totals.ts'))}
export default { test: { include: ['*.test.ts'], reporters: [new ReportTotals(['Something is left out.'])] } }
`

describe('ReportTotals', () => {
  let folder = ''
  let output = ''
  beforeAll(() => {
    mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
    folder = mkdtempSync(join(root, 'node_modules/.cache/report-totals-'))
    writeFileSync(join(folder, 'group.test.ts'), TESTS)
    writeFileSync(join(folder, 'broken.test.ts'), "throw new TypeError('does not load')\n")
    writeFileSync(join(folder, 'vitest.config.ts'), CONFIG)
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const run = spawnSync(process.execPath, [vitest, 'run', '--root', folder], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, PLIMSOLL_TOTALS: join(folder, 'totals'), NO_COLOR: '1' },
    })
    output = run.stdout
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('counts a file that does not load as failed', () => {
    const [name = ''] = readdirSync(join(folder, 'totals'))
    expect(JSON.parse(readFileSync(join(folder, 'totals', name), 'utf8'))).toEqual({
      passed: 1,
      failed: 2,
      skipped: 2,
    })
  })

  it('names each skipped test, with its reason', () => {
    expect(output).toContain('2 skipped:')
    expect(output).toContain('group.test.ts > group > is skipped')
    expect(output).toContain('group.test.ts > group > skips itself (no recording here)')
  })

  it('says what a run leaves out', () => {
    expect(output).toContain('Something is left out.')
  })
})
