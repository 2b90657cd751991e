export {
  runTruthCommand,
  TRUTH_EXIT,
  type TruthCommandContext,
  TruthCommandError,
} from './command.js'
export type { TruthLeaf } from './compare.js'
export {
  parseTruthFile,
  TRUTH_FORMAT,
  type TruthCase,
  type TruthFile,
  TruthFormatError,
  type TruthTolerance,
  truthFileSchema,
} from './envelope.js'
export { type FormatTruthOptions, formatTruthReport } from './format.js'
export type { TruthModel } from './model.js'
export {
  type NamedTruthFile,
  type RunTruthOptions,
  runTruth,
  type TruthReport,
  type TruthResult,
} from './run.js'
