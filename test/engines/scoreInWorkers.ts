import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { PathHits } from '@plimsoll/risk/score'
import { mergePathHits, scorePaths } from '@plimsoll/risk/score'
import { SCORED_OPTIONS, SCORED_PORTFOLIO, scoredReport } from '../browser/scoredReport.js'

/** The part of the paths of worker `part` of `parts`. */
function inWorker(part: number, parts: number): Promise<PathHits> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: [part, parts] })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

// Bundled and started by the test beside it: prints the report whose paths so many workers simulated.
if (isMainThread) {
  const parts = Number(process.argv[2])
  const hits = await Promise.all(Array.from({ length: parts }, (_, part) => inWorker(part, parts)))
  // Workers end in any order.
  const merged = mergePathHits([...hits].reverse())
  process.stdout.write(scoredReport(() => merged))
} else {
  const [part, parts]: readonly number[] = workerData
  parentPort?.postMessage(
    scorePaths(SCORED_PORTFOLIO, SCORED_OPTIONS, part ?? Number.NaN, parts ?? Number.NaN),
  )
}
