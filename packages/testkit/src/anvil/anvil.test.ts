import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PlimsollError } from '@plimsoll/model'
import { getBalance, getBlock, getChainId } from 'viem/actions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Anvil,
  AnvilMissingError,
  AnvilStartError,
  anvilExecutable,
  startAnvil,
  withSnapshot,
} from './index.js'

const ACCOUNT = '0x00000000000000000000000000000000000000cc'

/** Whether a process runs; one that ended and that nobody waited for does not. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    const stat = `/proc/${pid}/stat`
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
  } catch {
    return false
  }
}
const setBalance = async (anvil: Anvil, balance: bigint): Promise<void> => {
  const request = anvil.client.request as (call: unknown) => Promise<unknown>
  const params = [ACCOUNT, `0x${balance.toString(16)}`]
  await request({ method: 'anvil_setBalance', params })
}

describe('startAnvil', () => {
  let anvil: Anvil
  beforeAll(async () => {
    anvil = await startAnvil({ chainId: 4_242, timestamp: 1_700_000_000 })
  })
  afterAll(() => anvil?.stop())

  it('serves the given chain at the given time on a free port', async () => {
    expect(anvil.port).toBeGreaterThan(0)
    expect(anvil.rpcUrl).toBe(`http://127.0.0.1:${anvil.port}`)
    expect(await getChainId(anvil.client)).toBe(4_242)
    const { timestamp } = await getBlock(anvil.client)
    expect(timestamp - 1_700_000_000n).toBeLessThan(60n)
  })

  it('starts beside another node', async () => {
    const other = await startAnvil()
    expect(other.port).not.toBe(anvil.port)
    expect(await getChainId(other.client)).toBe(31_337)
    await other.stop()
    expect(isRunning(other.pid)).toBe(false)
    await other.stop()
  })

  it('says which executable cannot be run', async () => {
    const start = startAnvil({ executable: '/nowhere/anvil' })
    await expect(start).rejects.toThrow(AnvilMissingError)
    await expect(start).rejects.toThrow('/nowhere/anvil')
    await expect(start).rejects.toThrow(PlimsollError)
  })

  it('says what the program printed when it ends before it is ready, and gives up in time', async () => {
    const ended = startAnvil({ executable: process.execPath })
    await expect(ended).rejects.toThrow(AnvilStartError)
    await expect(ended).rejects.toThrow('bad option')
    await expect(startAnvil({ startTimeoutMs: 1 })).rejects.toThrow('after 1 ms')
  })

  it.each([
    ['on SIGTERM', 'SIGTERM', 143],
    ['on SIGINT', 'SIGINT', 130],
    ['when the parent throws', null, 1],
  ] as const)('leaves no node behind %s', async (_when, signal, code) => {
    const script = fileURLToPath(new URL('./parent.fixture.mjs', import.meta.url))
    const register = new URL('../../../../scripts/register.ts', import.meta.url).href
    const args = ['--import', register, script, signal === null ? 'throw' : 'wait']
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
    })
    const ended = new Promise<number | null>((resolve) => parent.once('exit', resolve))
    expect(pid).toBeGreaterThan(0)
    if (signal !== null) parent.kill(signal)
    expect(await ended).toBe(code)
    await expect.poll(() => isRunning(pid)).toBe(false)
  })
})

describe('withSnapshot', () => {
  it('takes the node back, whether the task succeeds or fails', async () => {
    const anvil = await startAnvil()
    try {
      await setBalance(anvil, 1n)
      const inside = await withSnapshot(anvil.client, async () => {
        await setBalance(anvil, 2n)
        return await getBalance(anvil.client, { address: ACCOUNT })
      })
      expect(inside).toBe(2n)
      expect(await getBalance(anvil.client, { address: ACCOUNT })).toBe(1n)
      const failing = withSnapshot(anvil.client, async () => {
        await setBalance(anvil, 3n)
        throw new RangeError('as planned')
      })
      await expect(failing).rejects.toThrow('as planned')
      expect(await getBalance(anvil.client, { address: ACCOUNT })).toBe(1n)
    } finally {
      await anvil.stop()
    }
  })
})

describe('anvilExecutable', () => {
  it('names the package that a platform would need', () => {
    expect(() => anvilExecutable('plan9', 'mips')).toThrow(AnvilMissingError)
    expect(() => anvilExecutable('plan9', 'mips')).toThrow('@foundry-rs/anvil-plan9-mips')
  })
})
