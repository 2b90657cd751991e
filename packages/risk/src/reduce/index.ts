export type {
  ClosingOptions,
  ClosingOrder,
  ClosingPriority,
  ClosingStep,
} from './closingOrder.js'
export { closingOrder, closingPriorities } from './closingOrder.js'
export { scaleLegs } from './scaleLegs.js'
