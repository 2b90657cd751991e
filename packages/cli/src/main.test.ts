import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BankServer } from './testing/bank-server.js'
import { BROKEN, FALLEN, SAFE, startBank, WARNED } from './testing/bank-server.js'

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))

type Run = { readonly code: number; readonly stdout: string; readonly stderr: string }

function run(
  parameters: readonly string[],
  environment: { readonly [name: string]: string } = {},
): Promise<Run> {
  const { PATH = '' } = process.env
  const env = { PATH, ...environment }
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...parameters], { env }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1
      resolve({ code, stdout, stderr })
    })
  })
}

describe('plimsoll, as a process', () => {
  let bank: BankServer
  beforeAll(async () => {
    bank = await startBank()
  })
  afterAll(() => bank.close())

  it('is built: these tests run what is published', () => {
    expect(existsSync(PROGRAM)).toBe(true)
  })

  it('prints the version of its package', async () => {
    expect(await run(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    })
  })

  it.each([
    ['OK', 0, [SAFE]],
    ['WARNING', 1, [WARNED]],
    ['CRITICAL', 2, [FALLEN, BROKEN]],
    ['UNKNOWN', 3, [SAFE, BROKEN]],
  ])('ends a report that says %s with %i', async (verdict, code, owners) => {
    const result = await run(['report', ...owners, ...bank.options])
    expect(result.stdout).toContain(verdict)
    expect(result.code).toBe(code)
  })

  it('ends with 64 for wrong usage and 65 for an unusable file', async () => {
    expect(await run(['report', '0x12'])).toMatchObject({ code: 64, stdout: '' })
    expect(await run(['report', '--from', 'none.json'])).toMatchObject({ code: 65, stdout: '' })
  })

  it('heeds NO_COLOR and FORCE_COLOR of the environment', async () => {
    const forced = await run(['report', WARNED, ...bank.options], { FORCE_COLOR: '1' })
    expect(forced.stdout).toContain('\u001b[33m1.1')
    const refused = { FORCE_COLOR: '1', NO_COLOR: '1' }
    const plain = await run(['report', WARNED, ...bank.options], refused)
    expect(plain.stdout).not.toContain('\u001b[')
  })

  it('is quiet when its reader goes away', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'report', SAFE, ...bank.options, '--json'])
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    await once(child, 'close')
    expect(stderr).not.toMatch(/EPIPE|Error/)
  })
})
