import type { Adapter, Recording } from '@plimsoll/client'
import type { Asset } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import type { Rule } from './rules/index.js'
import { rules } from './rules/index.js'
import { setUp } from './setUp.js'

/** What the suite needs. */
export type ConformanceInput = {
  readonly adapter: Adapter
  /**
   * What `recordReads` wrote of a read of at least three owners: two with accounts and one without.
   * Further reads in it only add answers, for adapters whose requests depend on the set of owners.
   */
  readonly recording: Recording
  /** What the asset registry says of an asset, to compare listed assets with; none: not compared. */
  readonly registry?: (asset: Asset) => Asset
  /** Most corrupted reads to make; 1,500 unless said. What is left out is counted in the results. */
  readonly limit?: number
}

/** What came of one rule. */
export type RuleResult = {
  readonly rule: string
  /** What must hold, as a sentence that follows the adapter's name. */
  readonly statement: string
  readonly passed: boolean
  /** What was found, a line each; or what was looked at. */
  readonly message: string
}

const LIMIT = 1_500

/**
 * Checks an adapter against every rule of the conformance suite, offline: replays a recording,
 * spoils every answer in turn, and compares what comes of it with the recorded read.
 *
 * @example
 * const results = await checkAdapter({ adapter: harbour, recording: parseRecording(text) })
 * console.log(formatConformance(results))
 */
export async function checkAdapter(input: ConformanceInput): Promise<readonly RuleResult[]> {
  const bench = await setUp(input, input.limit ?? LIMIT)
  if (bench instanceof PlimsollError) return rules.map((rule) => unchecked(rule, bench))
  const results: RuleResult[] = []
  for (const { name, statement, check } of rules) {
    results.push({ rule: name, statement, ...(await check(bench)) })
  }
  return results
}

function unchecked({ name, statement }: Rule, error: PlimsollError): RuleResult {
  const message =
    name === 'replay'
      ? error.message
      : 'not checked: the recording does not replay, see the rule "replay"'
  return { rule: name, statement, passed: false, message }
}
