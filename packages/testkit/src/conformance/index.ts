export { type ConformanceInput, checkAdapter, type RuleResult } from './checkAdapter.js'
export { describeConformance, type TestRunner } from './describeConformance.js'
export { ConformanceError } from './errors.js'
export { formatConformance } from './formatConformance.js'
