import type { AccountReport, NetDelta, Portfolio, QualityFlag } from '@plimsoll/model'
import type { Program } from '../../program/program.js'
import type { Counted } from '../../valuation/lookThrough.js'
import type { World } from '../../valuation/world.js'

/** What a report already knows when its risk is computed. */
export type RiskInputs = {
  readonly portfolio: Portfolio
  readonly program: Program
  readonly today: World
  readonly counted: Counted
  readonly accounts: readonly AccountReport[]
  readonly netDeltas: readonly NetDelta[]
  readonly quality: readonly QualityFlag[]
  readonly equity: number | null
  readonly siloed: number | null
  readonly nowMs: number
}
