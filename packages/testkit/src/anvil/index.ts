export { AnvilMissingError, AnvilStartError } from './errors.js'
export { anvilExecutable } from './executable.js'
export { type Anvil, type AnvilOptions, startAnvil } from './startAnvil.js'
export { withSnapshot } from './withSnapshot.js'
