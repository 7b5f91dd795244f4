/** Turns what is held on the wall into steering: arrows, Page keys, the wheel, and dragging on the picture. */
import { useEventListener, useTimeoutFn } from '@vueuse/core'
import { type Ref, watch } from 'vue'
import type { Velocity } from '../../../../native/contract/ptz.ts'
import { isTyping } from '../../../composables/shortcuts.ts'
import type { TileContext } from '../tile-context.ts'
import { isSteeringKey, still, velocityOfKeys, velocityOfStick } from './stick.ts'

/** A turn of the wheel zooms for so long (ms), at this share of full speed. */
const wheelMs = 250
const wheelSpeed = 0.6

export function useSteeringInput(
  { picture, frame }: Pick<TileContext, 'picture' | 'frame'>,
  isOn: Readonly<Ref<boolean>>,
  { turn, release }: { turn(velocity: Velocity): void; release(): void },
): void {
  const held = new Set<string>()
  let drag: { id: number; x: number; y: number } | null = null

  function letGo(): void {
    held.clear()
    drag = null
    release()
  }
  const turnByKeys = (isFast: boolean) => (held.size > 0 ? turn(velocityOfKeys(held, isFast)) : release())
  const wheelEnd = useTimeoutFn(() => turnByKeys(false), wheelMs, { immediate: false })

  function press(event: KeyboardEvent): void {
    if (!isOn.value || isTyping(event.target) || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === 'Shift' && held.size > 0) return turnByKeys(true)
    if (!isSteeringKey(event.key)) return
    // Neither the wall moves on to another tile nor a list scrolls.
    event.preventDefault()
    event.stopPropagation()
    held.add(event.key)
    turnByKeys(event.shiftKey)
  }
  function lift(event: KeyboardEvent): void {
    if (held.delete(event.key) || (event.key === 'Shift' && held.size > 0)) turnByKeys(event.shiftKey)
  }
  function grasp(event: PointerEvent): void {
    if (!isOn.value || event.button !== 0) return
    event.preventDefault()
    frame.value?.setPointerCapture(event.pointerId)
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY }
  }
  function pull(event: PointerEvent): void {
    if (!drag || drag.id !== event.pointerId || !picture.value) return
    const radius = Math.min(picture.value.clientWidth, picture.value.clientHeight) / 2
    turn(velocityOfStick((event.clientX - drag.x) / radius, (event.clientY - drag.y) / radius))
  }
  function roll(event: WheelEvent): void {
    if (!isOn.value || event.ctrlKey || event.deltaY === 0) return
    event.preventDefault()
    turn({ ...still, zoom: event.deltaY < 0 ? wheelSpeed : -wheelSpeed })
    wheelEnd.start()
  }

  useEventListener(window, 'keydown', press, { capture: true })
  useEventListener(window, 'keyup', lift, { capture: true })
  useEventListener(frame, 'pointerdown', grasp)
  useEventListener(frame, 'pointermove', pull)
  useEventListener(frame, 'lostpointercapture', () => drag && letGo())
  // Otherwise the browser takes the tile along.
  useEventListener(frame, 'mousedown', (event) => isOn.value && event.preventDefault())
  useEventListener(picture, 'wheel', roll, { passive: false })
  useEventListener(window, 'blur', letGo)
  useEventListener(document, 'visibilitychange', () => document.hidden && letGo())
  watch(isOn, (is) => {
    if (is) return
    wheelEnd.stop()
    letGo()
  })
}
