import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runDemo } from './demo.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

describe('the demo', () => {
  it('reads three venues as one portfolio and ends in agreement with the contract', async () => {
    const lines: string[] = []
    await runDemo({
      write: (text) => lines.push(text),
      color: false,
      signal: new AbortController().signal,
    })
    const text = lines.join('\n')
    for (const venue of ['aave-v3', 'hyperliquid', 'derive']) expect(text).toContain(venue)
    expect(text).not.toMatch(/unread|unreconciled|not known/)
    expect(text).toMatch(/First to fall: Aave v3/)
    expect(text).toMatch(/contract {3}health factor 0\.9\d+ {3}liquidation call succeeds/)
    expect(text).toContain('Equal to the last digit.')
  }, 60_000)

  it('leaves no process behind when it is interrupted', async () => {
    const demo = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] })
    const pid = demo.pid ?? 0
    const node = await until(() => childrenOf(pid)[0], 'the local chain starts')
    demo.kill('SIGINT')
    const code = await new Promise((resolve) => demo.once('exit', resolve))
    expect(code).toBe(130)
    await until(() => (isRunning(node) ? undefined : true), 'the local chain is gone')
  }, 60_000)
})

async function until<Value>(probe: () => Value | undefined, what: string): Promise<Value> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const value = probe()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new RangeError(`Waited in vain until ${what}.`)
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
}

function parentOf(pid: number): number {
  try {
    return Number(/\nPPid:\t(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return Number.NaN
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
