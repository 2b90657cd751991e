import { AdapterError, ChainError, ReplayError } from '@plimsoll/client'
import {
  InvalidIdError,
  InvalidMarketStateError,
  InvalidPortfolioError,
  PlimsollError,
} from '@plimsoll/model'
import { ScenarioError } from '@plimsoll/risk'
import { CalibrationError } from '@plimsoll/risk/calibrate'
import { FileError, NotInstalledError, RunMismatchError, UsageError } from './errors.js'
import { EXIT } from './exit-codes.js'

/** What a file holds cannot be used. */
const UNUSABLE = [
  FileError,
  RunMismatchError,
  InvalidPortfolioError,
  InvalidMarketStateError,
  CalibrationError,
  ReplayError,
]

/** The exit code of a failure: what the caller can mend is told from a defect of this program. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof PlimsollError)) return EXIT.INTERNAL
  if (isOneOf(error, [UsageError, InvalidIdError, ChainError, AdapterError, ScenarioError])) {
    return EXIT.USAGE
  }
  if (isOneOf(error, UNUSABLE)) return EXIT.DATA
  return error instanceof NotInstalledError ? EXIT.UNAVAILABLE : EXIT.INTERNAL
}

type ErrorClass = abstract new (...parameters: never[]) => PlimsollError

function isOneOf(error: PlimsollError, classes: readonly ErrorClass[]): boolean {
  return classes.some((each) => error instanceof each)
}

/**
 * A failure for people: what happened and what to do. With `debug` also the stack and the causes.
 */
export function failureText(error: unknown, debug: boolean): string {
  const text =
    error instanceof PlimsollError
      ? `plimsoll: ${error.message}`
      : `plimsoll: a defect of this program: ${error instanceof Error ? error.message : String(error)}. Run it again with --debug and report what it prints.`
  return debug ? `${text}\n${stackOf(error)}` : text
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  return `${error.stack ?? error.name}${cause}`
}
