/** Makes one script of a file of this folder and what it imports, for a page. */
import { build } from 'esbuild'

export async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL(file, import.meta.url).pathname],
    ...{ bundle: true, write: false, format: 'iife', target: 'chrome130', minify: true, logLevel: 'warning' },
  })
  return outputFiles?.[0]?.text ?? ''
}
