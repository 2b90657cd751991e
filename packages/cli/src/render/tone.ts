import type { Verdict } from '../verdict.js'
import type { Tone } from './style.js'

/** How each verdict is painted. */
export const VERDICT_TONE: { readonly [V in Verdict]: Tone } = {
  OK: 'good',
  WARNING: 'warning',
  CRITICAL: 'critical',
  UNKNOWN: 'unknown',
}
