// Lets `node --import ./scripts/register.ts file.ts` run the workspace from its sources: TypeScript
// is written with `.js` specifiers, and a package stands for the same files as in the tests.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { sourceAliases } from './sources.js'

const aliases = sourceAliases(fileURLToPath(new URL('../', import.meta.url)))

function sourceOf(specifier: string, parent: string | undefined): string {
  const alias = aliases.find(({ find }) => find.test(specifier))
  if (alias !== undefined) {
    return pathToFileURL(specifier.replace(alias.find, alias.replacement)).href
  }
  if (!/^\.\.?\/.*\.js$/.test(specifier) || parent === undefined) return specifier
  const typescript = new URL(specifier.replace(/\.js$/, '.ts'), parent)
  const isSource = !parent.includes('/node_modules/') && existsSync(fileURLToPath(typescript))
  return isSource ? typescript.href : specifier
}

registerHooks({
  resolve: (specifier, context, next) => next(sourceOf(specifier, context.parentURL), context),
})
