import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url).pathname
const script = readFileSync(join(root, '.ci/run'), 'utf8')

describe('README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const commands = [...readme.matchAll(/^\s*(npx --yes pnpm@12 (?:test|demo))\s*(?:#.*)?$/gm)].map(
    ([, command = '']) => command,
  )

  it('shows the two commands', () => {
    expect([...new Set(commands)].sort()).toEqual([
      'npx --yes pnpm@12 demo',
      'npx --yes pnpm@12 test',
    ])
  })

  it.each(['demo', 'test'])('shows the %s command that .ci/run runs', (name) => {
    const run = new RegExp(`^run 'README: ${name}' \\d+ (.+)$`, 'm').exec(script)
    expect(commands).toContain(run?.[1])
  })
})

describe('.ci/run', () => {
  let clone = ''
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'plimsoll-ci-'))
    mkdirSync(join(clone, 'bin'))
    cpSync(join(root, '.ci'), join(clone, '.ci'), { recursive: true })
    // Stands for npx: logs its arguments, counts tests like the reporter, fails at the named script.
    const npx = `#!/usr/bin/env bash
echo "$*" >> "${clone}/calls"
case "$3" in
  test) echo '{"passed":5,"failed":0,"skipped":1}' > "$PLIMSOLL_TOTALS/1.json" ;;
  test:deep) echo '{"passed":7,"failed":0,"skipped":1}' > "$PLIMSOLL_TOTALS/2.json" ;;
esac
if [ "$3" = "$FAILING" ]; then exit 3; fi
`
    writeFileSync(join(clone, 'bin/npx'), npx)
    chmodSync(join(clone, 'bin/npx'), 0o755)
  })
  afterAll(() => rmSync(clone, { recursive: true }))

  const run = (failing: string) => {
    const { stdout, status } = spawnSync(join(clone, '.ci/run'), {
      cwd: tmpdir(),
      encoding: 'utf8',
      env: { PATH: `${join(clone, 'bin')}:${process.env.PATH ?? ''}`, FAILING: failing },
    })
    return { status, lines: stdout.trimEnd().split('\n') }
  }

  it('can be executed', () => {
    expect(statSync(join(root, '.ci/run')).mode & 0o111).toBe(0o111)
  })

  it('runs every step, then prints the totals of all runs and that it passed', () => {
    const { status, lines } = run('')
    expect(status).toBe(0)
    expect(lines.at(-2)).toBe('12 passed, 0 failed, 2 skipped')
    expect(lines.at(-1)).toMatch(/^CI PASS in \d+s$/)
    const called = readFileSync(join(clone, 'calls'), 'utf8').trim().split('\n')
    expect(called).toEqual([
      '--yes pnpm@12 install --frozen-lockfile',
      '--yes pnpm@12 test',
      '--yes pnpm@12 lint',
      '--yes pnpm@12 test:deep',
      '--yes pnpm@12 check:packages',
      '--yes pnpm@12 check:bundle',
      '--yes pnpm@12 demo',
    ])
  })

  it('stops at the step that fails, with its code and name in the last line', () => {
    const { status, lines } = run('lint')
    expect(status).toBe(3)
    expect(lines.at(-2)).toBe('5 passed, 0 failed, 1 skipped')
    expect(lines.at(-1)).toMatch(/^CI FAIL \(3\) at: lint after \d+s$/)
  })

  it('ends within 30 minutes', () => {
    const limits = [...script.matchAll(/^run '[^']+' (\d+) /gm)].map(([, limit]) => Number(limit))
    expect(limits).toHaveLength(8)
    expect(limits.reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(1800)
  })

  it('calls only scripts that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    )
    const called = [...script.matchAll(/pnpm@12 ([a-z:]+)/g)].map(([, name]) => name ?? '')
    const missing = called.filter((name) => name !== 'install' && !Object.hasOwn(scripts, name))
    expect(missing).toEqual([])
  })
})
