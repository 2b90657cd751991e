import { PlimsollError } from '@plimsoll/model'
import {
  AdapterError,
  AnswerTooLargeError,
  AuthRequiredError,
  BlockPinError,
  CallRevertedError,
  ChainError,
  ConnectionError,
  GraphqlError,
  HttpStatusError,
  MalformedCallAnswerError,
  NotJsonError,
  RateLimitError,
  SchemaError,
  TimeoutError,
} from './errors.js'
import type { RecordedFailure } from './recording.js'

const CLASSES = {
  AdapterError,
  AnswerTooLargeError,
  AuthRequiredError,
  BlockPinError,
  CallRevertedError,
  ChainError,
  ConnectionError,
  GraphqlError,
  MalformedCallAnswerError,
  NotJsonError,
  RateLimitError,
  SchemaError,
  TimeoutError,
} as const

/** A recorded failure as the error that it was, so that adapters can tell failures apart. */
export function revivedError(failure: RecordedFailure): PlimsollError {
  const { error, message, details, status } = failure
  if (error === 'HttpStatusError') return new HttpStatusError(message, status ?? 0, details)
  const Class = Object.hasOwn(CLASSES, error)
    ? CLASSES[error as keyof typeof CLASSES]
    : PlimsollError
  return new Class(message, details === undefined ? {} : { details })
}
