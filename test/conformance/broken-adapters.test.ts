import type { Recording } from '@plimsoll/client'
import { serializeRecording } from '@plimsoll/client'
import { unlistedAsset } from '@plimsoll/model'
import { checkAdapter, formatConformance } from '@plimsoll/testkit/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { harbour } from '../../examples/custom-adapter/src/index.js'
import type { LocalHarbour } from '../../examples/custom-adapter/src/localHarbour.js'
import { adaptersThatAskOtherwise, brokenAdapters } from './broken/index.js'
import { recordHarbour, startRecordedHarbour } from './harbourRecording.js'

let local: LocalHarbour
let sound: Recording
beforeAll(async () => {
  local = await startRecordedHarbour()
  sound = await recordHarbour(local, harbour)
})
afterAll(() => local.stop())

// Named after a published defect: a suite whose assertions pass on nothing at all.
describe('mmi-vacuous-assert: checkAdapter', () => {
  it('passes a sound adapter on every rule', async () => {
    const results = await checkAdapter({ adapter: harbour, recording: sound })
    expect(
      results.every(({ passed }) => passed),
      formatConformance(results),
    ).toBe(true)
  })

  it('gives the same results twice, and leaves the recording alone', async () => {
    const before = serializeRecording(sound)
    const first = await checkAdapter({ adapter: harbour, recording: sound })
    const second = await checkAdapter({ adapter: harbour, recording: sound })
    expect(second).toEqual(first)
    expect(serializeRecording(sound)).toBe(before)
  })

  it.each(brokenAdapters)(
    'finds by $breaks an adapter that $flaw',
    async ({ breaks, adapter, owners }) => {
      const recording = await recordHarbour(local, adapter, owners)
      const results = await checkAdapter({ adapter, recording, registry: unlistedAsset })
      const failing = results.filter(({ passed }) => !passed).map(({ rule }) => rule)
      expect(failing).toContain(breaks)
    },
  )

  it.each(adaptersThatAskOtherwise)('finds by $breaks an adapter that $flaw', async (broken) => {
    const results = await checkAdapter({ adapter: broken.adapter, recording: sound })
    expect(results.every(({ passed }) => !passed)).toBe(true)
    expect(results.find(({ rule }) => rule === broken.breaks)?.message).toMatch(/record/i)
  })
})
