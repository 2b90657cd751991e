import { serializeRecording } from '@plimsoll/client'
import { renderPage } from 'plimsoll'
import type { TestProject } from 'vitest/node'
import { harbour } from '../../examples/custom-adapter/src/index.js'
import { recordHarbour, startRecordedHarbour } from '../conformance/harbourRecording.js'
import { VIEWS } from '../report-page/worlds.js'
import { pricingBits } from './pricingBits.js'
import { type ReplayedReport, replayedReport } from './replayedReport.js'
import { scoredReport } from './scoredReport.js'

/** What Node computes, for the browser to compare with. */
type FromNode = {
  readonly pricingBits: string
  readonly scoredReport: string
  readonly recording: string
  readonly replayed: ReplayedReport
  /** Pages of reports by name. */
  readonly pages: { readonly [name: string]: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    fromNode: FromNode
  }
}

/** Runs in Node before the browser's tests. */
export default async function setup(project: TestProject): Promise<void> {
  const local = await startRecordedHarbour()
  try {
    const recording = serializeRecording(await recordHarbour(local, harbour))
    const replayed = await replayedReport(recording)
    project.provide('fromNode', {
      pricingBits: pricingBits(),
      scoredReport: scoredReport(),
      recording,
      replayed,
      pages: await renderedPages(),
    })
  } finally {
    await local.stop()
  }
}

async function renderedPages(): Promise<FromNode['pages']> {
  const pages: { [name: string]: string } = {}
  for (const [name, view] of Object.entries(VIEWS)) pages[name] = await renderPage(view)
  return pages
}
