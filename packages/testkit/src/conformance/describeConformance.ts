import type { ConformanceInput, RuleResult } from './checkAdapter.js'
import { checkAdapter } from './checkAdapter.js'
import { ConformanceError } from './errors.js'
import { rules } from './rules/index.js'

/** The two functions that vitest, jest and `node:test` have in common. */
export type TestRunner = {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown
}

/** Milliseconds that the first test, which makes every read, may take. */
const TIMEOUT_MS = 120_000

/**
 * Declares one test for each rule of the suite, for any runner with `describe` and `it`. A rule that
 * does not hold fails its test with a ConformanceError.
 *
 * @example
 * import { describe, it } from 'vitest'
 * describeConformance({ describe, it }, { adapter, recording })
 */
export function describeConformance(runner: TestRunner, input: ConformanceInput): void {
  let checked: Promise<readonly RuleResult[]> | undefined
  runner.describe(`${input.adapter.id}, conformance`, () => {
    for (const { name, statement } of rules) {
      const body = async () => {
        checked ??= checkAdapter(input)
        const result = (await checked).find(({ rule }) => rule === name)
        if (result?.passed !== true) {
          throw new ConformanceError(
            `${input.adapter.id} does not pass the rule "${name}": it ${statement}.`,
            { details: result?.message ?? 'not checked', docsPath: 'add-an-adapter.md' },
          )
        }
      }
      runner.it(`${statement} (${name})`, body, TIMEOUT_MS)
    }
  })
}
