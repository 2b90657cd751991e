import type { MaintenanceTest, MarginTier, WeightedTerm } from '@plimsoll/model'

/**
 * Resource and requirement of a perps test under multiplied marks, without allocation: resource =
 * Σ equity terms, requirement = fixed + Σ tiered maintenance of |position|. With `borrow` they are
 * limit × (borrow collateral + max(resource, requirement)) and requirement + max(0, requirement −
 * resource), whose quotient is 1 where the venue's ratio is at its limit.
 *
 * @param multipliers one for each mark of the compiled account, 1 today
 * @param out receives [resource, requirement], in the numeraire
 */
export function maintenance(
  test: MaintenanceTest,
  multipliers: Float64Array,
  out: Float64Array,
): void {
  const resource = sum(test.equity, multipliers)
  let requirement = test.fixedRequirement
  for (const { mark, value, tiers } of test.positions) {
    const worth = mark < 0 ? value : value * (multipliers[mark] ?? NaN)
    requirement += tieredMaintenance(tiers, Math.abs(worth))
  }
  if (test.borrow === null) {
    out[0] = resource
    out[1] = requirement
    return
  }
  const { collateral, limit } = test.borrow
  out[0] = limit * (sum(collateral, multipliers) + Math.max(resource, requirement))
  out[1] = requirement + Math.max(0, requirement - resource)
}

/** Maintenance of a notional: `notional × rate − deduction` of the last tier that begins at or below it. */
export function tieredMaintenance(tiers: readonly MarginTier[], notional: number): number {
  let maintenanceMargin = 0
  for (const { from, rate, deduction } of tiers) {
    if (notional < from) break
    maintenanceMargin = notional * rate - deduction
  }
  return maintenanceMargin
}

function sum(terms: readonly WeightedTerm[], multipliers: Float64Array): number {
  let total = 0
  for (const { mark, value, weight } of terms) {
    total += (mark < 0 ? value : value * (multipliers[mark] ?? NaN)) * weight
  }
  return total
}
