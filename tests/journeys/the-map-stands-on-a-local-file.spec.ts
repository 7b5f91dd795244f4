/** A base map from one file beside the configuration: drawn as vectors in the colours of the theme, without any server. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TileType } from 'pmtiles'
import { pmtilesArchive } from '../base-map/pmtiles-writer.ts'
import { vectorTile } from '../base-map/vector-tile-writer.ts'
import { expect, signIn, test } from './journey.ts'

/** The whole world in one tile: land, and water all over it. */
const world = vectorTile({
  ...{ earth: [square('earth')], water: [square('ocean')] },
})
function square(kind: string) {
  const ring = [
    [0, 0],
    [4_096, 0],
    [4_096, 4_096],
    [0, 4_096],
  ] as const
  return { kind: 'polygon' as const, parts: [ring], properties: { kind } }
}

test('the map stands on a local file', async ({ district, console, openPage }, info) => {
  await console.restart(() => {
    const file = join(dirname(district.configFile), 'district.pmtiles')
    writeFileSync(file, pmtilesArchive({ type: TileType.Mvt, tiles: [{ level: 0, column: 0, row: 0, data: world }] }))
    const configuration = JSON.parse(readFileSync(district.configFile, 'utf8')) as object
    const map = { kind: 'pmtiles', file: './district.pmtiles', attribution: '区测绘院' }
    writeFileSync(district.configFile, JSON.stringify({ ...configuration, map }))
  })
  const page = await openPage()
  await signIn(page, district)
  await page.keyboard.press('Control+5')
  const map = page.getByRole('application')
  await expect(map).toBeVisible()
  /** Share of the map's pixels in this colour. */
  const share = (colour: readonly number[]) =>
    map.evaluate((ground, [red, green, blue]) => {
      let [found, all] = [0, 1]
      for (const canvas of ground.querySelectorAll('canvas')) {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        all = Math.max(all, data.length / 4)
        for (let at = 0; at < data.length; at += 4)
          if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) found += 1
      }
      return found / all
    }, colour)
  await page.screenshot({ path: info.outputPath('dark.png') })
  await expect.poll(() => share([0x16, 0x35, 0x4d])).toBeGreaterThan(0.1)
  await expect(page.getByText('区测绘院')).toBeVisible()
  await page.screenshot({ path: info.outputPath('dark.png') })
  await page.keyboard.press('Alt+t')
  await expect.poll(() => share([0xc9, 0xdf, 0xf0])).toBeGreaterThan(0.1)
  await page.screenshot({ path: info.outputPath('light.png') })
})
