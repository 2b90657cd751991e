import type { Recording } from '@plimsoll/client'
import { RECORDING_FORMAT } from '@plimsoll/client'
import {
  ConformanceError,
  checkAdapter,
  describeConformance,
  formatConformance,
} from '@plimsoll/testkit/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { harbour } from '../../examples/custom-adapter/src/index.js'
import type { LocalHarbour } from '../../examples/custom-adapter/src/localHarbour.js'
import { brokenAdapters } from './broken/index.js'
import { OWNERS, recordHarbour, startRecordedHarbour } from './harbourRecording.js'
import { rewire } from './rewire.js'

let local: LocalHarbour
let sound: Recording
beforeAll(async () => {
  local = await startRecordedHarbour()
  sound = await recordHarbour(local, harbour)
})
afterAll(() => local.stop())

const [ALICE, BOB, , EMPTY] = OWNERS
const failing = async (recording: Recording, adapter = harbour) =>
  (await checkAdapter({ adapter, recording })).filter(({ passed }) => !passed)

describe('every rule', () => {
  it('is broken by some adapter of the collection, or by a recording below', async () => {
    const results = await checkAdapter({ adapter: harbour, recording: sound })
    const broken = new Set(brokenAdapters.map(({ breaks }) => breaks))
    const elsewhere = new Set(['coverage', 'serialisation', 'plausible-values'])
    const without = results.map(({ rule }) => rule).filter((rule) => !broken.has(rule))
    expect(new Set(without)).toEqual(elsewhere)
  })
})

describe('coverage', () => {
  it.each([
    ['two owners with accounts', [ALICE, EMPTY]],
    ['an owner without accounts', [ALICE, BOB]],
    ['a health', [OWNERS[2], EMPTY]],
  ])('asks for %s', async (_what, owners) => {
    const results = await failing(await recordHarbour(local, harbour, owners))
    expect(results.map(({ rule }) => rule)).toContain('coverage')
  })

  it('asks for a clean recording', async () => {
    const adapter = rewire(harbour, {
      result: (result) => ({
        ...result,
        failures: [
          { adapter: 'harbour', chain: null, owner: null, error: 'ConnectionError', message: 'x' },
        ],
      }),
    })
    const results = await failing(await recordHarbour(local, adapter), adapter)
    expect(results.find(({ rule }) => rule === 'coverage')?.message).toMatch(/ConnectionError/)
  })
})

describe('plausible-values', () => {
  const messageOf = async (adapter = harbour) => {
    const results = await checkAdapter({
      adapter,
      recording: await recordHarbour(local, adapter),
    })
    return results.find(({ rule }) => rule === 'plausible-values')?.message ?? ''
  }

  it("names no field of an adapter that meets the venue's own health", async () => {
    // Without debt the contract reports nothing: there the amount held can be wrong unnoticed.
    expect(await messageOf()).toMatch(/^5 of 6 fields .*not caught: call 0xfd2d39c5 word 0$/)
  })

  it('names every field that matters of an adapter that compares nothing', async () => {
    const adapter = brokenAdapters.find(({ breaks }) => breaks === 'fail-closed/dropped')?.adapter
    const message = await messageOf(adapter)
    for (const field of ['word 0', 'word 1', 'market.thresholdBps']) {
      expect(message).toContain(field)
    }
  })
})

describe('checkAdapter', () => {
  it('says that nothing was checked when the recording is of another adapter', async () => {
    const results = await checkAdapter({ adapter: { ...harbour, id: 'another' }, recording: sound })
    expect(results.every(({ passed }) => !passed)).toBe(true)
    expect(results.find(({ rule }) => rule === 'replay')?.message).toMatch(/no read of "another"/)
  })

  it('says that nothing was checked when the recording is empty', async () => {
    const results = await checkAdapter({
      adapter: harbour,
      recording: { format: RECORDING_FORMAT, reads: [] },
    })
    expect(results.every(({ passed }) => !passed)).toBe(true)
  })

  it('makes no more reads than the limit, the most telling first, and says what it left out', async () => {
    const results = await checkAdapter({ adapter: harbour, recording: sound, limit: 10 })
    expect(results.find(({ rule }) => rule === 'typed-errors')?.message).toBe('10 corrupted reads')
    expect(results.at(-1)?.message).toMatch(/\d+ corruptions left out by the limit/)
  })

  it('ignores what other adapters recorded', async () => {
    const [read] = sound.reads
    if (read === undefined) throw new RangeError('no read')
    const other = { adapter: 'other', chain: null, owners: read.owners, rounds: [] }
    const recording = { ...sound, reads: [{ ...read, tasks: [...read.tasks, other] }] }
    expect(await failing(recording)).toEqual([])
  })
})

describe('describeConformance', () => {
  const collect = (adapter = harbour) => {
    const tests = new Map<string, () => Promise<void>>()
    describeConformance(
      {
        describe: (_name, body) => body(),
        it: (name, body) => tests.set(name, body),
      },
      { adapter, recording: sound },
    )
    return tests
  }

  it('declares a test for each rule, which passes for a sound adapter', async () => {
    const tests = collect()
    expect(tests.size).toBe((await checkAdapter({ adapter: harbour, recording: sound })).length)
    for (const test of tests.values()) await test()
  })

  it('fails the test of a rule that does not hold, and no other', async () => {
    const silent = rewire(harbour, { manifest: { discovery: '' } })
    for (const [name, test] of collect(silent)) {
      if (name.includes('(manifest)')) {
        await expect(test()).rejects.toThrow(ConformanceError)
        await expect(test()).rejects.toThrow(/discovery is empty/)
      } else {
        await test()
      }
    }
  })
})

describe('formatConformance', () => {
  it('shows one line a rule, findings below it, and the count', () => {
    const text = formatConformance([
      { rule: 'a', statement: '', passed: true, message: 'fine' },
      { rule: 'b', statement: '', passed: false, message: 'one\ntwo' },
    ])
    expect(text).toBe(
      ['pass  a: fine', 'FAIL  b: one', '      two', '1 of 2 rules pass'].join('\n'),
    )
  })
})
