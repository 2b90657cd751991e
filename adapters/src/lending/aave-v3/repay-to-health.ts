import { mulDivDown, OperationError } from '@plimsoll/model'
import { BPS, WAD } from './arithmetic.js'
import { valuePositions } from './margin.js'
import type { MarginState } from './state.js'

/**
 * How much of an asset to repay so that health becomes `target` (1e18 is the threshold), in raw
 * units, floored once at the end: values are kept as exact fractions, since those that the pool
 * floors to its base unit move the answer by far more than a unit. 0 when health is higher already.
 *
 * `x = (Σ debt × target × 1e4 − Σ collateral × threshold) ÷ (1e4 × target × price)`
 *
 * @throws OperationError when the account owes none of the asset, or not enough of it
 */
export function repaymentForHealth(state: MarginState, asset: string, target: bigint): bigint {
  const values = valuePositions(state)
  const repaid = values.find(({ position }) => position.asset === asset)
  if (repaid === undefined || repaid.debt === 0n || target <= 0n) {
    throw new OperationError(
      `Health cannot be brought to ${target} (1e18 is the threshold) by repaying ${asset}: nothing of it is owed, or the target is not positive. Choose an asset that is owed.`,
    )
  }
  // Every unit divides the product of the others with it.
  const scale = values.reduce((product, { unit }) => product * unit, 1n)
  let excess = 0n
  for (const { position, supply, debt, unit, counts, threshold } of values) {
    const perUnit = (position.price * scale) / unit
    excess += debt * perUnit * target * BPS
    if (counts) excess -= supply * perUnit * threshold * WAD
  }
  if (excess <= 0n) return 0n
  const perUnit = (repaid.position.price * scale) / repaid.unit
  const amount = mulDivDown(excess, 1n, BPS * target * perUnit)
  if (amount <= repaid.debt) return amount
  throw new OperationError(
    `Repaying all ${repaid.debt} of ${asset} does not bring health to ${target}; it would take ${amount}. Repay another asset too, or add collateral.`,
  )
}
