import { PlimsollError } from '@plimsoll/model'

/** The command line is wrong: an option is missing, malformed or does not fit the others. */
export class UsageError extends PlimsollError {
  override readonly name = 'UsageError'
}

/** A file that was given cannot be read or written, or does not hold what it should. */
export class FileError extends PlimsollError {
  override readonly name = 'FileError'
}

/** A recorded run was changed, or gives another report here than where it was recorded. */
export class RunMismatchError extends PlimsollError {
  override readonly name = 'RunMismatchError'
}

/** Something that was asked for is not installed. */
export class NotInstalledError extends PlimsollError {
  override readonly name = 'NotInstalledError'
}
