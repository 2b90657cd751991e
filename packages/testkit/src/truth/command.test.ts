import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTruthCommand } from './command.js'
import type { TruthModel } from './model.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-truth-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: unknown) => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const truth = (name: string, expected: unknown) =>
  write(name, {
    format: 'plimsoll-truth/1',
    kind: name,
    about: 'a',
    cases: [{ id: 'c', expect: expected }],
  })

const seven: TruthModel = { name: 'seven', covers: () => true, run: () => 7n }

const run = async (
  argv: readonly string[],
  models: readonly TruthModel[] = [seven],
  defaultFiles: readonly string[] = [],
) => {
  const lines: string[] = []
  const code = await runTruthCommand(argv, {
    models,
    defaultFiles,
    print: (line) => lines.push(line),
  })
  return { code, text: lines.join('\n') }
}

describe('runTruthCommand', () => {
  it('returns 0 when all agree', async () => {
    const { code, text } = await run([truth('right.json', '7')])
    expect(text).toContain('expected 7 got 7 residual 0')
    expect(code).toBe(0)
  })

  it('returns 1 on a wrong integer', async () => {
    const { code, text } = await run([truth('wrong.json', '8')])
    expect(text).toContain('MISS (value): expected 8 got 7 residual -1')
    expect(code).toBe(1)
  })

  it('returns 1 on a case that no model covers, 0 when that is allowed', async () => {
    const file = truth('uncovered.json', '7')
    expect((await run([file], [])).code).toBe(1)
    const allowed = await run([file, '--allow-uncovered'], [])
    expect(allowed.code).toBe(0)
    expect(allowed.text).toContain('uncovered')
  })

  it('prints only what misses when asked to be quiet', async () => {
    const { text } = await run([truth('quiet.json', '7'), '--quiet'])
    expect(text).not.toContain('expected')
    expect(text).toContain('1 cases agree')
  })

  it('names the error behind its own', async () => {
    const absent = join(folder, 'absent.json')
    const failing: TruthModel = {
      name: 'failing',
      covers: () => {
        throw new TypeError('broken model')
      },
      run: () => 1n,
    }
    expect((await run([absent])).text).toContain(absent)
    await expect(run([truth('throwing.json', '7')], [failing])).rejects.toThrow('broken model')
  })

  it('runs the default files when none is named', async () => {
    expect((await run([], [seven], [truth('default.json', '8')])).code).toBe(1)
  })

  it.each<[string, () => readonly string[], RegExp]>([
    ['no file', () => [], /No truth file is named/],
    ['a file that is not there', () => [join(folder, 'absent.json')], /cannot be read/],
    ['a malformed envelope', () => [write('bad.json', { format: 'x' })], /breaks the envelope/],
    ['no JSON', () => [write('text.json', 'x')], /is not JSON/],
    ['an unknown option', () => ['--loose'], /Usage/],
    [
      'a module without models',
      () => [truth('a.json', '7'), '--models', write('none.mjs', 'export const x = 1')],
      /does not export `models`/,
    ],
    ...[
      '[]',
      '[1]',
      '[null]',
      '{}',
      '[{ covers() {}, run() {} }]',
      '[{ name: 1, covers() {}, run() {} }]',
      '[{ name: "a", run() {} }]',
      '[{ name: "a", covers: true, run() {} }]',
      '[{ name: "a", covers() {} }]',
      '[{ name: "a", covers() {}, run: 1 }]',
      '[{ name: "a", covers() {}, run() {} }, 1]',
    ].map((models, index): [string, () => readonly string[], RegExp] => [
      `a module of ${models}`,
      () => [
        truth('a.json', '7'),
        '--models',
        write(`odd${index}.mjs`, `export const models = ${models}`),
      ],
      /does not export `models`/,
    ]),
  ])('returns 64 and advice on %s', async (_what, argv, advice) => {
    const { code, text } = await run(argv())
    expect(text).toMatch(advice)
    expect(code).toBe(64)
  })

  it('takes models from a module', async () => {
    const module = write(
      'models.mjs',
      'export const models = [{ name: "eight", covers: () => true, run: () => 8n }]',
    )
    const { code, text } = await run([truth('eight.json', '8'), '--models', module], [])
    expect(text).toContain('[eight]')
    expect(code).toBe(0)
  })
})

describe('pnpm conformance', () => {
  const root = new URL('../../../../', import.meta.url)
  const spawn = (...argv: readonly string[]) =>
    spawnSync(
      process.execPath,
      ['--import', './scripts/register.ts', 'test/conformance.ts', ...argv],
      { cwd: root, encoding: 'utf8' },
    )

  it('exits with the code of the command', () => {
    const module = write(
      'spawned.mjs',
      'export const models = [{ name: "eight", covers: (file) => file.kind.startsWith("spawned"), run: () => 8n }]',
    )
    const right = spawn(truth('spawned-right.json', '8'), '--models', module)
    expect(right.stderr).toBe('')
    expect(right.status).toBe(0)
    expect(spawn(truth('spawned-wrong.json', '9'), '--models', module).status).toBe(1)
    expect(spawn(truth('spawned-wrong.json', '9')).status).toBe(1)
    expect(spawn(write('spawned-bad.json', '{}')).status).toBe(64)
  })
})
