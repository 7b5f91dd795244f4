/** A patrol of ten stops by the cameras of three owners: two findings become cases with their pictures, one camera is broken and said to be. */
import { expect, signIn, test } from './journey.ts'
import { openWalk, publishRoute } from './patrol-route.ts'

test.use({ cameras: { 'public-security': 4, 'land-bureau': 3, 'civil-defense': 3 } })
test.setTimeout(300_000)

test('a ten-stop patrol with two findings and one broken camera', async ({ district, openPage }, info) => {
  const park = district.park!
  const of = (owner: string) => district.cameras.filter((camera) => camera.owner === owner)
  const [river] = of('land-bureau').filter(({ steerable }) => steerable)
  const street = of('public-security').find(({ source }) => source.kind === 'rtsp')!
  const broken = of('civil-defense').find(({ source }) => source.kind === 'onvif')!
  const rest = district.cameras.filter((camera) => ![river, street, broken].includes(camera))
  const head = park.head(river!.id)!
  const preset = head.presets().find(({ name }) => name === '河道堆场')!
  const checklist = ['S0101', 'S0102']
  const cameras = [rest[0]!, river!, rest[1]!, broken, street, ...rest.slice(2)]
  const stops = publishRoute(
    district,
    '河道与村口',
    cameras.map(({ id }) => ({
      ...{ cameraId: id, checklist },
      ...(id === river!.id && { preset: { token: preset.token, name: preset.name } }),
    })),
  )
  expect(stops).toHaveLength(10)
  park.fault(broken.id, 'silent')

  const page = await openPage()
  await signIn(page, district)
  await expect(page.getByRole('banner')).toContainText('在线')
  await openWalk(page, '河道与村口')

  // Why public-security cameras are watched is said once for the whole walk.
  await expect(page.getByTestId('walk-cover')).toHaveAttribute('data-cover', 'reason')
  await page.screenshot({ path: info.outputPath('reason.png') })
  await page.getByTestId('reason').fill('晚间视频巡查')
  await page.getByTestId('reason').press('Enter')
  const picture = page.locator('[data-ahead="0"]')
  const row = (index: number) => page.locator(`[data-stop-row="stop-${index}"]`)
  const stand = async (index: number, state = 'playing') => {
    await expect(page.getByTestId('walk-at')).toHaveText(`${index}/10`)
    await expect(picture).toHaveAttribute('data-state', state, { timeout: 60_000 })
  }
  await stand(1)
  // The next stop's camera is turned already; two pictures run ahead.
  await expect(page.locator('[data-ahead="1"]')).toHaveAttribute('data-state', 'playing', { timeout: 60_000 })
  await expect.poll(() => head.status().aim.pan, { timeout: 30_000 }).toBeCloseTo(preset.aim.pan)
  await page.keyboard.press('n')
  await expect(row(1)).toHaveAttribute('data-outcome', 'nothing')

  // A finding in five keys: its class, a box moved two steps, and Enter.
  await stand(2)
  await expect(page.getByTestId('aim')).toHaveAttribute('data-aim', 'arrived', { timeout: 40_000 })
  await page.screenshot({ path: info.outputPath('walk.png') })
  await page.keyboard.press('1')
  const form = page.getByTestId('finding')
  await expect(form.getByTestId('annotator')).toBeFocused()
  await page.keyboard.press('b')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await page.screenshot({ path: info.outputPath('finding.png') })
  await page.keyboard.press('Enter')
  await expect(form).toBeHidden()
  await expect(row(2)).toHaveAttribute('data-outcome', 'finding')

  const filed = (classCode: string) =>
    district.hub.present
      .openCases(district.subCenter)
      .find(({ head: { channel, classCode: code } }) => channel === 'video-patrol' && code === classCode)
  const evidenceOf = (classCode: string) => filed(classCode)?.steps.at(-1)?.evidence ?? []
  await expect.poll(() => filed('S0101')?.steps.map(({ kind }) => kind)).toEqual(['report', 'remark'])
  const details = { 巡查路线: '河道与村口', 点位: '第 2 站', 摄像机: river!.name }
  expect(filed('S0101')?.head.origin?.details).toMatchObject(details)
  // The marked copy with the report; the original, what it was decoded from and the film before it from the chain.
  expect(filed('S0101')?.steps[0]?.evidence.map(({ name }) => name)).toEqual([expect.stringContaining('标注')])
  expect(
    evidenceOf('S0101')
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['photo', 'video', 'video'])

  await stand(3)
  await page.keyboard.press('0')
  // The broken camera says what is wrong, and is said to be.
  await expect(page.getByTestId('walk-at')).toHaveText('4/10')
  await expect(picture).toHaveAttribute('data-state', /failed|connecting/)
  await page.keyboard.press('b')
  await expect(page.getByTestId('why')).toBeVisible()
  await page.screenshot({ path: info.outputPath('broken.png') })
  await page.keyboard.press('Enter')
  await expect(row(4)).toHaveAttribute('data-outcome', 'camera-bad')

  // A public-security picture goes to its case with the stated reason.
  await stand(5)
  await page.keyboard.press('2')
  await expect(form.getByTestId('annotator')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(form).toBeHidden()
  await expect(row(5)).toHaveAttribute('data-outcome', 'finding')
  await expect.poll(() => evidenceOf('S0102').map(({ kind }) => kind)).toEqual(['photo'])
  expect(filed('S0102')?.steps.at(-1)?.remark).toContain('晚间视频巡查')

  for (const index of [6, 7, 8, 9]) {
    await stand(index)
    await page.keyboard.press('n')
  }
  await stand(10)
  await page.keyboard.press('s')
  await expect(page.getByTestId('why')).toBeVisible()
  await page.keyboard.type('刚看过')
  await page.keyboard.press('Enter')
  const cover = page.getByTestId('walk-cover')
  await expect(cover).toHaveAttribute('data-cover', 'all-said')
  await page.screenshot({ path: info.outputPath('all-said.png') })
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('patrol')).toBeVisible()
})
