/** The console's colours for the map's canvas, read from the page so that both themes are one set of tokens. */
const names = [
  'ground',
  'panel',
  'line',
  'line-strong',
  'text',
  'text-second',
  'text-faint',
  'accent',
  'ok',
  'soon',
  'late',
  'unknown',
] as const
export type Palette = Record<(typeof names)[number] | 'font', string> & {
  theme: 'dark' | 'light'
  /** A base map of pictures is drawn for paper: on a dark ground it must step back further. */
  baseOpacity: number
}

export function readPalette(root: HTMLElement): Palette {
  const style = getComputedStyle(root)
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const colours = Object.fromEntries(names.map((name) => [name, read(name)]))
  const theme = root.dataset['theme'] === 'light' ? 'light' : 'dark'
  return { ...colours, font: read('font'), theme, baseOpacity: theme === 'light' ? 0.6 : 0.3 } as Palette
}
