import { checkFraction } from './checks.js'

/** One tabled failure of something that is held to a peg: an asset, its issuer, bridge or backing. */
export type PegScenario = {
  /** Which node fails, by its id. */
  readonly node: string
  /** What is lost of the value, as a fraction. */
  readonly loss: number
  /** The event it is taken from, for print. */
  readonly event: string
  /** Date of the event, ISO 8601. */
  readonly date: string
}

/**
 * The worst tabled scenario of a node, or null when the table says nothing of it: that is not a
 * haircut of 0, and whoever asks must treat it as unknown. Equal losses: the first in the table.
 *
 * A peg has no volatility to take a quantile of: it holds, and then it does not.
 *
 * @example
 * const table = [
 *   { node: 'asset:a', loss: 0.15, event: 'a bridge of it fails', date: '2026-04-18' },
 *   { node: 'asset:a', loss: 0.05, event: 'its redemption closes', date: '2025-02-01' },
 * ]
 * worstPegScenario(table, 'asset:a')?.loss // 0.15
 * worstPegScenario(table, 'asset:b') // null
 *
 * @throws HaircutError when a loss of the node is no fraction.
 */
export function worstPegScenario(table: readonly PegScenario[], node: string): PegScenario | null {
  let worst: PegScenario | null = null
  for (const scenario of table) {
    if (scenario.node !== node) continue
    checkFraction(`loss of ${node} in “${scenario.event}”`, scenario.loss)
    if (worst === null || scenario.loss > worst.loss) worst = scenario
  }
  return worst
}
