import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { run as runHost } from './run.js'
import type { BankServer } from './testing/bank-server.js'
import { BROKEN, LOCAL_WALLET, SAFE, startBank, WARNED } from './testing/bank-server.js'

type Watching = {
  readonly lines: readonly string[]
  readonly progress: () => string
  /** Ends it as Ctrl-C does. */
  readonly interrupt: () => void
  readonly code: Promise<number>
  readonly listeners: () => number
}

const PATIENT = { timeout: 20_000 } as const
const QUICK = ['--interval', '0.03'] as const

function watching(argv: readonly string[], isEndedAtOnce = false): Watching {
  const lines: string[] = []
  const ends = new Set<() => void>()
  let progress = ''
  const code = runHost({
    argv: ['watch', ...QUICK, ...argv],
    env: {},
    stdout: { write: (text) => void lines.push(...text.trimEnd().split('\n')) },
    stderr: {
      write: (text) => {
        progress += text
      },
    },
    nowMs: Date.now,
    whenEnded: (end) => {
      ends.add(end)
      if (isEndedAtOnce) queueMicrotask(end)
      return () => void ends.delete(end)
    },
    version: '1.2.3',
  })
  return {
    lines,
    progress: () => progress,
    interrupt: () => {
      for (const end of ends) end()
    },
    code,
    listeners: () => ends.size,
  }
}

const saying = ({ lines }: Watching, text: string | RegExp) =>
  vi.waitFor(() => expect(lines.at(-1)).toMatch(text), PATIENT)

describe('plimsoll watch', () => {
  let server: BankServer
  beforeAll(async () => {
    server = await startBank()
  })
  beforeEach(() => {
    server.setPrice('2000')
    server.setOpen(true)
  })
  afterAll(() => server.close())

  it('prints one line a change, and ends with the last verdict', async () => {
    const watch = watching([WARNED, ...server.options, '--no-market'])
    await saying(watch, /health 1\.14 {2}Bank loan \(bank\) {2}WARNING$/)
    // Nothing changes for some reads.
    const asked = server.authorizations.length
    await vi.waitFor(() => expect(server.authorizations.length).toBeGreaterThan(asked + 3), PATIENT)
    expect(watch.lines).toHaveLength(1)
    server.setPrice('1700')
    await saying(watch, /health 0\.97 .*CRITICAL$/)
    server.setPrice('2500')
    await saying(watch, /health 1\.42 .* OK$/)
    expect(watch.lines).toHaveLength(3)
    watch.interrupt()
    expect(await watch.code).toBe(0)
    expect(watch.listeners()).toBe(0)
    expect(watch.progress()).toBe('Watching 1 owner on Bank…\n')
  })

  it('ends after as many lines as asked for', async () => {
    const watch = watching([WARNED, ...server.options, '--count', '1'])
    expect(await watch.code).toBe(1)
    expect(watch.lines).toEqual([
      expect.stringMatching(/health 1\.14 {2}score \d+ {2}Bank loan \(bank\) {2}WARNING$/),
    ])
    const asked = server.authorizations.length
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.authorizations.length).toBe(asked)
  })

  it('keeps the score while it holds, and says how old it is', async () => {
    const watch = watching([WARNED, ...server.options, '--json', '--count', '3'])
    await vi.waitFor(() => expect(watch.lines).toHaveLength(1), PATIENT)
    server.setPrice('1999.9')
    await vi.waitFor(() => expect(watch.lines).toHaveLength(2), PATIENT)
    server.setPrice('1900')
    expect(await watch.code).toBe(1)
    const documents = watch.lines.map((line) => JSON.parse(line))
    expect(documents).toMatchObject([
      { format: 'plimsoll-watch/1', status: 'current', verdict: 'WARNING', sinceMs: null },
      { weakest: { venue: 'bank', label: 'Bank loan' } },
      {},
    ])
    const [first, second, third] = documents
    expect(second.health.value).toBeLessThan(first.health.value)
    expect(second.score).toEqual(first.score)
    expect(third.score.atMs).toBeGreaterThan(first.score.atMs)
    expect(third.score.value).toBeLessThan(first.score.value)
  })

  it('computes the score anew as often as it is told', async () => {
    const often = ['--json', '--count', '2', '--rescore', '0.001']
    const watch = watching([WARNED, ...server.options, ...often])
    await vi.waitFor(() => expect(watch.lines).toHaveLength(1), PATIENT)
    server.setPrice('1999.9')
    await watch.code
    const [first, second] = watch.lines.map((line) => JSON.parse(line))
    expect(second.score.atMs).toBeGreaterThan(first.score.atMs)
  })

  it('is UNKNOWN while a venue cannot be read, and back when it can', async () => {
    const watch = watching([SAFE, ...server.options, '--no-market'])
    await saying(watch, /health 2\.00 {2}Bank loan \(bank\) {2}OK$/)
    server.setOpen(false)
    await saying(watch, /health unknown {2}UNKNOWN {2}bank.*403/)
    server.setOpen(true)
    await saying(watch, / OK$/)
    watch.interrupt()
    expect(await watch.code).toBe(0)
    expect(watch.lines).toHaveLength(3)
  })

  it('ends as UNKNOWN where nothing was read, or not all of it', async () => {
    expect(
      await watching([SAFE, BROKEN, ...server.options, '--no-market', '--count', '1']).code,
    ).toBe(3)
    const early = watching([SAFE, ...server.options], true)
    expect(await early.code).toBe(3)
    expect(early.lines).toEqual([])
  })

  it.each([
    [[], 64],
    [['0x12'], 64],
    [[SAFE, '--interval', '0'], 64],
    [[SAFE, '--count', 'all'], 64],
    [[SAFE, '--market', 'live'], 64],
    [[SAFE, '--block', '1=5'], 64],
    [[SAFE, '--market', 'none.json'], 65],
  ])('refuses %j with %i', async (argv, code) => {
    const watch = watching([...argv, ...server.options])
    expect(await watch.code).toBe(code)
    expect([watch.lines, watch.listeners()]).toEqual([[], 0])
  })

  describe('on a chain', () => {
    let anvil: Anvil
    const mine = () => anvil.client.request({ method: 'anvil_mine', params: [] } as never)
    beforeAll(async () => {
      anvil = await startAnvil()
    })
    afterAll(() => anvil.stop())

    it('says that what it read is stale when no block comes, and goes on with the next', async () => {
      const local = ['--adapter', LOCAL_WALLET, '--rpc', `31337=${anvil.rpcUrl}`, '--stale', '2']
      const watch = watching([SAFE, ...local])
      const isCurrent = () =>
        vi.waitFor(
          async () => {
            await mine()
            expect(watch.lines.at(-1)).toMatch(/block \d+ of chain 31337 {2}health none {2}.*OK$/)
          },
          { ...PATIENT, interval: 200 },
        )
      await isCurrent()
      await saying(watch, /chain 31337 {2}health unknown {2}stale {2}UNKNOWN {2}Chain 31337 has/)
      await isCurrent()
      watch.interrupt()
      expect(await watch.code).toBe(0)
    })
  })

  describe('as a process', () => {
    const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))
    const started = () => {
      const options = [...server.options, ...QUICK, '--no-market']
      return spawn(process.execPath, [PROGRAM, 'watch', WARNED, ...options])
    }

    it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with the last verdict', async (signal) => {
      const child = started()
      const [line] = await once(createInterface(child.stdout), 'line')
      expect(line).toMatch(/ WARNING$/)
      child.kill(signal)
      expect(await once(child, 'close')).toEqual([1, null])
    })

    it('ends quietly when its reader goes away', async () => {
      const child = started()
      let stderr = ''
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString()
      })
      await once(createInterface(child.stdout), 'line')
      child.stdout.destroy()
      server.setPrice('1500')
      expect(await once(child, 'close')).toEqual([2, null])
      expect(stderr).not.toMatch(/EPIPE|Error/)
    })
  })
})
