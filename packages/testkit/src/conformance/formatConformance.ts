import type { RuleResult } from './checkAdapter.js'

/** The results for people: one line a rule, what was found below it, and the count. */
export function formatConformance(results: readonly RuleResult[]): string {
  const lines = results.flatMap(({ rule, passed, message }) => {
    const [first = '', ...others] = message.split('\n')
    return [
      `${passed ? 'pass' : 'FAIL'}  ${rule}: ${first}`,
      ...others.map((line) => `      ${line}`),
    ]
  })
  const passed = results.filter((result) => result.passed).length
  return [...lines, `${passed} of ${results.length} rules pass`].join('\n')
}
