export { CalibrationError } from './errors.js'
export type { FactorModel, FactorModelOptions } from './factorModel.js'
export { factorModel } from './factorModel.js'
