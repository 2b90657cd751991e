export type { CounterRandom } from './counterRandom.js'
export { counterRandom } from './counterRandom.js'
export { RandomError } from './errors.js'
