import type {
  AccountReport,
  Flag,
  Health,
  LiquidationPrice,
  MarginAccount,
  QualityFlag,
  Ray,
} from '@plimsoll/model'
import { UnknownRuleError } from '@plimsoll/model'
import { compareText } from '../order.js'
import { accountHealth } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import { liquidationPrice } from '../rays/liquidationPrice.js'
import type { Totals } from '../valuation/totals.js'
import type { World } from '../valuation/world.js'
import type { Exact } from './evaluateExact.js'
import { marketRays } from './marketRays.js'

export type AccountInputs = {
  readonly account: MarginAccount
  /** Row of the account in `program`. */
  readonly row: number
  readonly program: Program
  readonly today: World
  /** Of the account's own legs. */
  readonly totals: Totals
  readonly exact: Exact
  readonly quality: readonly QualityFlag[]
  readonly isMaterial: boolean
  readonly rays: readonly Ray[] | null
}

/** Reports one account, with the quality flags that its own rule adds. */
export function accountReport(inputs: AccountInputs): {
  readonly report: AccountReport
  readonly quality: readonly QualityFlag[]
} {
  const { account, today, totals, exact, isMaterial, rays } = inputs
  const { evaluation } = exact
  const quality = [...inputs.quality, ...ruleQuality(account, exact)]
  const blocking = quality.find(({ severity }) => severity === 'unknown')
  const agreement = compiledAgreement(inputs)
  // Money in another unit than the report's cannot be added to it.
  const money =
    evaluation !== null && account.rule.numeraire === today.numeraire ? evaluation : null
  const report: AccountReport = {
    account: account.id,
    owner: account.owner,
    venue: account.venue,
    label: account.label,
    health: healthOf(exact, blocking),
    liquidatable: blocking === undefined ? (evaluation?.liquidatable ?? null) : null,
    equity: money?.equity ?? (totals.known ? totals.equity : null),
    initialMargin: money?.initialMargin ?? null,
    maintenanceMargin: money?.maintenanceMargin ?? null,
    excess: money?.excess ?? null,
    liquidationPrices:
      blocking === undefined && agreement === null
        ? liquidationPrices(inputs, rays ?? marketRays(account, today))
        : [],
    reconciliation: account.reconciliation,
    fidelity: account.fidelity,
    flags: sortedFlags([
      ...account.flags,
      ...(evaluation?.flags ?? []),
      ...(agreement === null ? [] : [agreement]),
    ]),
    // What is not known is never too small to matter.
    material: isMaterial || blocking !== undefined,
  }
  return { report, quality }
}

function healthOf(exact: Exact, blocking: QualityFlag | undefined): Health {
  if (blocking !== undefined) return { value: null, reason: 'unknown', message: blocking.message }
  if (exact.error === null) return exact.evaluation.health
  return { value: null, reason: 'unknown', message: exact.error.shortMessage }
}

/** Why the rule gives no verdict, as quality flags; empty when it does. */
function ruleQuality(account: MarginAccount, { evaluation, error }: Exact): readonly QualityFlag[] {
  const unknown = (code: QualityFlag['code'], message: string): QualityFlag => ({
    code,
    severity: 'unknown',
    account: account.id,
    message: `${account.label}: ${message}`,
  })
  if (error !== null) {
    const code = error instanceof UnknownRuleError ? 'unknown-rule' : 'unknown-health'
    return [unknown(code, `${error.name}: ${error.shortMessage}`)]
  }
  const { health, liquidatable, flags } = evaluation
  const reasons = flags
    .filter(({ severity }) => severity === 'unknown')
    .map(({ message }) => message)
  if (health.value === null && health.reason === 'unknown') reasons.push(health.message)
  if (liquidatable === null && reasons.length === 0) {
    reasons.push('its rule does not say whether it can be liquidated now.')
  }
  return reasons.map((reason) => unknown('unknown-health', reason))
}

/** Slack over the module's own bound before exact and compiled health count as different. */
const LEAST_AGREEMENT = 1e-9

/** Null when the compiled health is the exact one; else a flag, and nothing is derived from it. */
function compiledAgreement({ account, row, program, exact }: AccountInputs): Flag | null {
  const health = exact.evaluation?.health
  const entry = program.accounts[row]
  if (health === undefined || entry === undefined) return null
  if (entry.compiled === null) {
    if (exact.error !== null) return null
    const message = `No liquidation price: ${entry.error?.shortMessage ?? 'the account is not compiled'}`
    return { code: 'not-compiled', severity: 'warning', message }
  }
  const today = new Float64Array(program.marks.length + 1).fill(1)
  const compiled = accountHealth(program, row, today, 0)
  const bound = Math.max(entry.compiled.errorBound, LEAST_AGREEMENT)
  const agrees =
    health.value === null
      ? health.reason === 'unknown' || compiled === Infinity
      : Math.abs(compiled - health.value) <= bound * Math.max(1, Math.abs(health.value))
  if (agrees) return null
  const message = `No liquidation price: the compiled health ${compiled} of "${account.id}" differs from the exact ${health.value ?? health.reason}. Report it to the adapter's authors.`
  return { code: 'compiled-differs', severity: 'warning', message }
}

function liquidationPrices(
  { account, program }: AccountInputs,
  rays: readonly Ray[],
): readonly LiquidationPrice[] {
  return rays.flatMap((ray) => {
    const price = liquidationPrice(program, account.id, ray)
    const isReached = price !== null && (price.moveBelow !== null || price.moveAbove !== null)
    return isReached ? [price] : []
  })
}

function sortedFlags(flags: readonly Flag[]): readonly Flag[] {
  const key = ({ code, severity, message }: Flag) => [code, severity, message].join('\u0000')
  const unique = new Map(flags.map((flag) => [key(flag), flag]))
  return [...unique].sort(([a], [b]) => compareText(a, b)).map(([, flag]) => flag)
}
