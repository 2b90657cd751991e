import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Tests of one run, by outcome. */
export type Totals = { readonly passed: number; readonly failed: number; readonly skipped: number }

function skipReason(test: TestCase): string {
  const result = test.result()
  return result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : ''
}

/**
 * Names every skipped test, so that none is skipped in silence, and leaves the totals of the run
 * as a file in the folder `PLIMSOLL_TOTALS`, from which `.ci/run` adds up all its runs.
 */
export class ReportTotals implements Reporter {
  readonly #notes: readonly string[]

  /** `notes` say what a run leaves out, and are printed with the skipped tests. */
  constructor(notes: readonly string[]) {
    this.#notes = notes
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const passed = tests.filter((test) => test.result().state === 'passed').length
    // A file that does not load has no tests, and must not look like a file that passed.
    const unloaded = modules.filter((module) => module.errors().length > 0).length
    const failed =
      tests.filter((test) => test.result().state === 'failed').length + unloaded + errors.length
    for (const note of this.#notes) process.stdout.write(`\n${note}\n`)
    if (skipped.length > 0) {
      process.stdout.write(`\n${skipped.length} skipped:\n`)
      for (const test of skipped) {
        process.stdout.write(
          `  ${test.module.relativeModuleId} > ${test.fullName}${skipReason(test)}\n`,
        )
      }
    }
    const folder = process.env.PLIMSOLL_TOTALS
    if (folder === undefined) return
    const totals: Totals = { passed, failed, skipped: skipped.length }
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${Date.now()}-${process.pid}.json`), JSON.stringify(totals))
  }
}
