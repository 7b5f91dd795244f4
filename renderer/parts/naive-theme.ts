/** Naive UI in the console's palette. Only desks that use its components fetch it. */
import {
  buttonDark,
  checkboxDark,
  createTheme,
  type GlobalTheme,
  type GlobalThemeOverrides,
  inputDark,
  popoverDark,
  scrollbarDark,
  selectDark,
  tooltipDark,
} from 'naive-ui'

interface Palette {
  ground: string
  panel: string
  line: string
  text: string
  second: string
  faint: string
  accent: string
  accentFill: string
  accentHover: string
  accentPressed: string
  ok: string
  soon: string
  late: string
}

/** The same colours as styles/tokens.css: Naive computes shades from them, so it needs values, not variables. */
const dark: Palette = {
  ground: '#15181d',
  panel: '#242932',
  line: '#3a414b',
  text: '#e6e8eb',
  second: '#9aa3ad',
  faint: '#7d8590',
  accent: '#4a8dff',
  accentFill: '#2c6be0',
  accentHover: '#3a78ea',
  accentPressed: '#245bc2',
  ok: '#3fb27f',
  soon: '#e0a93b',
  late: '#e5484d',
}
const light: Palette = {
  ground: '#ffffff',
  panel: '#ffffff',
  line: '#c3c9d2',
  text: '#1a1e24',
  second: '#56606b',
  faint: '#69727d',
  accent: '#2265d8',
  accentFill: '#2265d8',
  accentHover: '#2e71e4',
  accentPressed: '#1b56bb',
  ok: '#1c8558',
  soon: '#b57a08',
  late: '#cf2f35',
}

function overridesOf(palette: Palette): GlobalThemeOverrides {
  return {
    common: {
      fontFamily: 'var(--font)',
      fontSize: '13px',
      fontSizeMedium: '13px',
      borderRadius: '4px',
      heightMedium: '32px',
      primaryColor: palette.accentFill,
      primaryColorHover: palette.accentHover,
      primaryColorPressed: palette.accentPressed,
      primaryColorSuppl: palette.accent,
      successColor: palette.ok,
      warningColor: palette.soon,
      errorColor: palette.late,
      textColorBase: palette.text,
      textColor1: palette.text,
      textColor2: palette.text,
      textColor3: palette.second,
      placeholderColor: palette.faint,
      borderColor: palette.line,
      dividerColor: palette.line,
      inputColor: palette.ground,
      popoverColor: palette.panel,
      bodyColor: palette.ground,
      cubicBezierEaseInOut: 'ease-out',
    },
    Button: { textColorPrimary: '#fff', textColorHoverPrimary: '#fff', textColorFocusPrimary: '#fff' },
    Input: {
      border: `1px solid ${palette.line}`,
      borderFocus: `1px solid ${palette.accent}`,
      borderHover: `1px solid ${palette.accent}`,
      boxShadowFocus: 'none',
      colorFocus: palette.ground,
    },
  }
}

const darkBase: GlobalTheme = createTheme('console-dark', [
  buttonDark,
  checkboxDark,
  inputDark,
  popoverDark,
  scrollbarDark,
  selectDark,
  tooltipDark,
])

/** Base theme (null is Naive's own light one) and what the console changes in it. */
export function naiveTheme(isDark: boolean): { theme: GlobalTheme | null; overrides: GlobalThemeOverrides } {
  return { theme: isDark ? darkBase : null, overrides: overridesOf(isDark ? dark : light) }
}
