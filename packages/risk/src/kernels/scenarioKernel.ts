import type { ScenarioTest } from '@plimsoll/model'
import type { Kernel } from '../program/kernels.js'
import { placeScenario } from '../scenario/place.js'
import { checkScenarioTest } from '../scenario/validate.js'
import { scenario } from './scenario.js'

/** Portfolio margin by stress scenarios. */
export const scenarioKernel: Kernel<ScenarioTest> = {
  check: checkScenarioTest,
  place: placeScenario,
  evaluate: scenario,
}
