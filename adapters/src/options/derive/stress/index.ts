// Portfolio margin of Derive by its parameters, for those who compute it apart from an account.
export { PERPETUAL_STRESS } from '../perpetual-parameters.js'
export { portfolioModule } from '../portfolio-margin.js'
export type {
  StaticDiscount,
  StaticRates,
  StressedCollateral,
  StressedExpiry,
  StressedPortfolio,
  StressParameters,
} from '../scenario-margin.js'
export { stressTest, worstScenario } from '../scenario-margin.js'
export { stressModule, stressResult } from '../stress-margin.js'
export type { CollateralHaircuts, StressRule } from '../stress-rule.js'
