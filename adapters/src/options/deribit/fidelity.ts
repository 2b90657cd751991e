import type { Fidelity } from '@plimsoll/model'
import type { MarginMode } from './mode.js'

/**
 * How far each mode can be trusted. The risk matrix of futures is met in both answers of the venue that
 * are known; its options, standard margin of options and cross margin are from documents only.
 */
export const FIDELITY: { readonly [mode in MarginMode['name']]: Fidelity } = {
  segregated_sm: { grade: 'modelled' },
  cross_sm: { grade: 'modelled' },
  segregated_pm: { grade: 'modelled' },
  cross_pm: { grade: 'modelled' },
}

/** Segregated portfolio margin of futures alone: answers of the venue that are reproduced. */
export const FUTURES_FIDELITY: Fidelity = { grade: 'verified', cases: 2 }
