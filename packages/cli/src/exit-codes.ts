import type { Verdict } from './verdict.js'

/**
 * Exit codes. 0 to 3 are verdicts on the scale of Nagios plugins; 64 and above, after BSD's
 * sysexits, mean that there is no verdict.
 */
export const EXIT: {
  readonly [Name in Verdict | 'USAGE' | 'DATA' | 'UNAVAILABLE' | 'INTERNAL' | 'FAILED']: number
} = {
  OK: 0,
  WARNING: 1,
  CRITICAL: 2,
  UNKNOWN: 3,
  /** The command line is wrong. */
  USAGE: 64,
  /** A file that was given cannot be used. */
  DATA: 65,
  /** Something that was asked for cannot be reached or is not installed. */
  UNAVAILABLE: 69,
  /** A defect of this program. */
  INTERNAL: 70,
  /** A check ran and did not pass. */
  FAILED: 1,
}
