export type { Population, PopulationAccount, PopulationLeg } from './population.js'
export { populationOf, populationOfProgram } from './population.js'
export { sweepHealths } from './sweepHealths.js'
