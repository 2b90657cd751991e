import { globSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { sourceAliases } from '../sources.js'
import { instrument, type Rounding, round, type Site } from './sites.js'
import type { Target } from './targets.js'

/** A model of truth files, as far as it is used here. */
export type Model = {
  readonly covers: (file: never, truthCase: never) => boolean
  readonly run: (file: never, truthCase: never) => unknown
}

/** The models of a module, with every rounding of a folder under control. */
export type Mutable = {
  readonly sites: readonly Site[]
  readonly run: readonly Model[]
  /** Makes one site round otherwise; null for none. */
  readonly select: (site: number | null, rounding: Rounding | null) => void
  /** Sites that were passed since the last call. */
  readonly takePassed: () => ReadonlySet<number>
}

/** Bundles the model with every rounding call of the folder made to ask which way it goes. */
export async function loadMutable({ folder, calls, model }: Target): Promise<Mutable> {
  const sites: Site[] = []
  const code = new Map<string, string>()
  for (const file of globSync(`${folder}/*.ts`).sort()) {
    if (file.endsWith('.test.ts')) continue
    const found = instrument(file, readFileSync(file, 'utf8'), { firstId: sites.length, calls })
    sites.push(...found.sites)
    code.set(resolve(file), found.code)
  }
  const { outputFiles } = await build({
    entryPoints: [model],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    plugins: [instrumented(code)],
  })
  const selected: { site: number | null; rounding: Rounding | null } = {
    site: null,
    rounding: null,
  }
  let passed = new Set<number>()
  Object.assign(globalThis, {
    __round: (id: number, own: Rounding, ...args: readonly bigint[]) => {
      passed.add(id)
      const { site, rounding } = selected
      return round(id === site && rounding !== null ? rounding : own, ...args)
    },
  })
  const text = outputFiles[0]?.text ?? ''
  const module = (await import(
    `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`
  )) as { readonly [name: string]: unknown }
  return {
    sites,
    run: Object.values(module)
      .flat()
      .filter(
        (value): value is Model => typeof value === 'object' && value !== null && 'run' in value,
      ),
    select: (site, rounding) => Object.assign(selected, { site, rounding }),
    takePassed: () => {
      const taken = passed
      passed = new Set()
      return taken
    },
  }
}

function instrumented(code: ReadonlyMap<string, string>): Plugin {
  const aliases = sourceAliases('.')
  return {
    name: 'instrumented',
    setup: (building) => {
      building.onResolve({ filter: /^@plimsoll\// }, ({ path }) => {
        const alias = aliases.find(({ find }) => find.test(path))
        return alias === undefined
          ? null
          : { path: resolve(path.replace(alias.find, alias.replacement)) }
      })
      building.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, resolveDir }) => {
        if (resolveDir.includes(`${sep}node_modules${sep}`)) return null
        return { path: join(resolveDir, path.replace(/\.js$/, '.ts')) }
      })
      building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = code.get(path)
        return contents === undefined ? null : { contents, loader: 'ts' }
      })
    },
  }
}
