// Starts a node, prints its process id, and waits or fails: what a demo or a test may do.
import { startAnvil } from './startAnvil.js'

const anvil = await startAnvil()
process.stdout.write(String(anvil.pid))
if (process.argv[2] === 'throw')
  setTimeout(() => {
    throw new RangeError('as planned')
  }, 50)
else setInterval(() => undefined, 1000)
