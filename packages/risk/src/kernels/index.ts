import type { Kernels } from '../program/kernels.js'
import { scenarioKernel } from './scenarioKernel.js'
import { standardKernel } from './standardKernel.js'

/** Every kernel that there is. */
export const KERNELS: Required<Kernels> = { standard: standardKernel, scenario: scenarioKernel }
