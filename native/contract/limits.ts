/** Time limits as data: they differ between cities and editions, so the hub sends them. */
import { z } from 'zod'

/** 紧急工作时 · 工作时 · 工作日 · 自然日 */
export const timeKind = z.enum(['urgent-hours', 'working-hours', 'working-days', 'calendar-days'])
export type TimeKind = z.infer<typeof timeKind>

const date = z.string().regex(/^\d{4}-\d\d-\d\d$/)

/** When working time runs. Minutes count from midnight in China. */
export const workingCalendar = z.object({
  shifts: z
    .array(z.tuple([z.int().min(0).max(1440), z.int().min(0).max(1440)]))
    .min(1)
    .max(10),
  /** Public holidays on weekdays. */
  daysOff: z.array(date).max(2000),
  /** Weekends that were shifted to work. */
  workingDays: z.array(date).max(2000),
})
export type WorkingCalendar = z.infer<typeof workingCalendar>
