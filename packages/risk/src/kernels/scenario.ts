import type { ScenarioTest } from '@plimsoll/model'
import type { MarginSums } from '../scenario/requirement.js'
import { cashBalance, marginRequirement, marginSums, sumMargin } from '../scenario/requirement.js'

// Written and read within one synchronous call, so that evaluation allocates nothing.
const sums: MarginSums = /* @__PURE__ */ marginSums()

/**
 * Resource and maintenance requirement of a scenario test under multiplied marks. It makes no array or
 * object once its workspace has the size of the largest book met (numbers that the engine boxes aside):
 * resource = mark-to-market, requirement =
 * factor·(worst loss over the grid, or a competing charge, + scaled charges) + added charges +
 * haircuts. Every option is repriced in every scenario. Both are in the numeraire.
 *
 * A debt with nothing that requires margin is −1, not "nothing required".
 *
 * @param multipliers one for each mark of the compiled account, 1 today
 * @param out receives [resource, requirement]
 */
export function scenario(test: ScenarioTest, multipliers: Float64Array, out: Float64Array): void {
  sumMargin(test, 'maintenance', multipliers, sums, null)
  const resource = sums.marked + cashBalance(test, multipliers)
  const requirement = marginRequirement(test, 'maintenance', multipliers, sums)
  out[0] = resource
  out[1] = requirement <= 0 && resource < requirement ? -resource : requirement
}
