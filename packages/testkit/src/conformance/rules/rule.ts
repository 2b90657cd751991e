import type { Bench } from '../bench.js'

/** What came of one rule. */
export type Verdict = { readonly passed: boolean; readonly message: string }

/** One thing that must hold of every adapter. */
export type Rule = {
  /** Stable name. */
  readonly name: string
  /** What must hold, as a sentence that follows the adapter's name. */
  readonly statement: string
  readonly check: (bench: Bench) => Verdict | Promise<Verdict>
}

const SHOWN = 5

/** Passed when nothing was found; otherwise the first findings and how many more there are. */
export function verdict(findings: readonly string[], fine: string): Verdict {
  if (findings.length === 0) return { passed: true, message: fine }
  const more = findings.length > SHOWN ? [`and ${findings.length - SHOWN} more`] : []
  return { passed: false, message: [...findings.slice(0, SHOWN), ...more].join('\n') }
}
